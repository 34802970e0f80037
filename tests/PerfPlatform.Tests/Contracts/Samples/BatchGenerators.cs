using FsCheck;
using FsCheck.Fluent;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Contracts.Samples;

/// <summary>Batches with everything that a sender may come up with.</summary>
public static class BatchGenerators
{
    private static readonly string[] Texts = ["", "a", "host.name", "web-1", "λ-größe", "日本", "with \"quotes\" and \n", "😀"];

    public static Gen<double> AnyDouble() => Gen.OneOf(
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(p => BitConverter.Int64BitsToDouble(((long)p.Item1 << 32) ^ (uint)p.Item2)),
        Gen.Choose(-1_000_000, 1_000_000).Select(v => v / 100.0),
        Gen.Choose(-1000, 1000).Select(v => (double)v),
        Gen.Elements(
            0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, 0.1, 1e15, 1e16, 9007199254740993,
            BitConverter.Int64BitsToDouble(0x7ff0000000000002), BitConverter.Int64BitsToDouble(unchecked((long)0xfff8000000000001))));

    public static Gen<long> AnyTime() => Gen.OneOf(
        Gen.Choose(0, 100_000).Select(v => 1_790_000_000_000L + v),
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(p => ((long)p.Item1 << 32) ^ (uint)p.Item2),
        Gen.Elements(long.MinValue, long.MaxValue, 0, -1));

    public static Gen<LabelSet> AnyLabels() =>
        from names in Gen.Elements("a", "b", "le", "host.name", "größe", "x y").ListOf()
        from values in Gen.Elements(Texts).ArrayOf(names.Count)
        select LabelSet.From(names.Zip(values).DistinctBy(p => p.First).Select(p => new Label(p.First, p.Second)));

    public static Gen<SeriesDescriptor> AnyDescriptor() =>
        from name in Gen.Elements("cpu", "system.cpu.utilization", "größe", "http_requests_total")
        from labels in AnyLabels()
        from metadata in AnyLabels()
        from kind in Gen.Elements(MetricKind.Unknown, MetricKind.Gauge, MetricKind.Counter)
        from unit in Gen.Elements("", "1", "By", "{requests}")
        select new SeriesDescriptor(MetricName.Parse(name), labels, kind, unit, metadata);

    public static Gen<SampleBatch> AnyBatch()
    {
        var sample = from time in AnyTime() from value in AnyDouble() select (time, value);
        var series =
            from form in Gen.Choose(0, 2)
            from id in Gen.OneOf(Gen.Choose(1, 1000), Gen.Elements(1, int.MaxValue))
            from descriptor in AnyDescriptor()
            from samples in sample.NonEmptyListOf()
            select (form == 0 ? 0 : id, form == 1 ? null : descriptor, (IReadOnlyList<(long, double)>)samples.ToArray());
        return
            from high in Gen.Choose(int.MinValue, int.MaxValue)
            from received in AnyTime()
            from sequence in AnyTime()
            from partition in Gen.Choose(0, 64)
            from list in series.ListOf()
            select SampleBatch.Of(new Guid(high, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), new BatchStamp(received, (uint)high, sequence), partition, [.. list]);
    }

    /// <summary>FsCheck's entry.</summary>
    public static Arbitrary<SampleBatch> Batches() => AnyBatch().ToArbitrary();
}
