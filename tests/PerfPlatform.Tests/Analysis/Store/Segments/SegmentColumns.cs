using FsCheck;
using FsCheck.Fluent;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Two columns of one length, at least one long.</summary>
public sealed record SegmentColumn(long[] Times, double[] Values);

/// <summary>Columns of every habit that a form was made for, of none, and of mixtures; short ones as a flush has them and long ones as a merge has.</summary>
public static class SegmentColumns
{
    public static Arbitrary<SegmentColumn> Column() =>
        (from count in Gen.Frequency((3, Gen.Choose(1, 20)), (2, Gen.Choose(1, 700)))
         from times in Times(count)
         from values in Gen.Frequency((4, Values(count)), (1, Mixed(count)))
         select new SegmentColumn(times, values)).ToArbitrary();

    private static Gen<long[]> Times(int count)
    {
        var any = ArbMap.Default.GeneratorFor<long>();
        return Gen.OneOf(
            from start in any
            from step in Gen.Choose(-5000, 5000)
            select Enumerable.Range(0, count).Select(i => unchecked(start + ((long)i * step))).ToArray(),
            from jitter in Gen.Choose(-9, 9).ArrayOf(count)
            select jitter.Select((j, i) => 1_790_000_000_000 + (i * 1000L) + j).ToArray(),
            from late in Gen.Frequency((20, Gen.Constant(0)), (1, Gen.Choose(1, 900))).ArrayOf(count)
            select late.Select((j, i) => 1_790_000_000_000 + (i * 1000L) + j).ToArray(),
            any.ArrayOf(count));
    }

    private static Gen<double[]> Values(int count)
    {
        var bits = ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble);
        var special = Gen.Elements(
            0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1e15, 0.1, 1 / 3.0, 9_007_199_254_740_992, 1e300, -1e-300);
        var whole = Gen.Choose(-1_000_000, 1_000_000);
        return Gen.OneOf(
            special.Select(v => Enumerable.Repeat(v, count).ToArray()),
            Gen.Choose(0, int.MaxValue).ArrayOf(count).Select(a => a.Select(i => i / 100.0).ToArray()),
            Gen.Choose(0, 1000).ArrayOf(count).Select(a => a.Select((v, i) => (double)(v + (i * 1000L))).ToArray()),
            whole.ArrayOf(count).Select(a => a.Select(i => i * 4096.0 * 1_000_000_007).ToArray()), // bytes, also above 2^53
            from power in Gen.Choose(0, 15)
            from numbers in whole.ArrayOf(count)
            select numbers.Select(i => i / Math.Pow(10, power)).ToArray(),
            whole.ArrayOf(count).Select(a => a.Select(i => i * 0.01).ToArray()), // a step beside a decimal, some of them
            from divisor in Gen.Choose(1, 300)
            from shares in Gen.Choose(0, 300).ArrayOf(count)
            select shares.Select((i, n) => i / (double)(divisor + (n % 3))).ToArray(),
            from total in Gen.Choose(1000, 8_000_000)
            from used in Gen.Choose(0, 1000).ArrayOf(count)
            select used.Select(i => 1 - (i / (double)total)).ToArray(),
            Gen.Choose(1, 1000).Select(f => Enumerable.Range(0, count).Select(i => Math.Sin(i / (double)f)).ToArray()),
            from few in bits.ArrayOf(5)
            from picks in Gen.Choose(0, 4).ArrayOf(count)
            select picks.Select(i => few[i]).ToArray(),
            from values in bits.ArrayOf(count)
            from length in Gen.Choose(1, 40)
            select Enumerable.Range(0, count).Select(i => values[i / length]).ToArray(), // runs
            special.ArrayOf(count),
            bits.ArrayOf(count));
    }

    /// <summary>A column with some values that do not go with the rest, as stale markers do.</summary>
    private static Gen<double[]> Mixed(int count) =>
        from values in Values(count)
        from others in Values(count)
        from every in Gen.Choose(2, 60)
        from offset in Gen.Choose(0, 59)
        select values.Select((v, i) => (i + offset) % every == 0 ? others[i] : v).ToArray();
}
