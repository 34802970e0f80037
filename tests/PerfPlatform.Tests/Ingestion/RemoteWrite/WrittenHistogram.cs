using Google.Protobuf;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

/// <summary>A native histogram of observations that are known, put into buckets one by one: slow and readable.</summary>
internal sealed record WrittenHistogram(IReadOnlyList<double> Observations, int Schema, long Time)
{
    public const double ZeroThreshold = 1e-6;

    public bool Floats { get; init; }

    public bool Unpacked { get; init; }

    public int Hint { get; init; }

    public double? Sum { get; init; }

    public long Start { get; init; }

    public static WrittenHistogram Of(IReadOnlyList<double> observations, int schema, long time) => new(observations, schema, time);

    public byte[] ToMessage() => WriteRequests.Message(output =>
    {
        if (Floats) Double(output, 2, Observations.Count);
        else Varint(output, 1, (ulong)Observations.Count);
        Double(output, 3, Sum ?? Observations.Sum());
        output.WriteTag(4, WireFormat.WireType.Varint);
        output.WriteSInt32(Schema);
        Double(output, 5, ZeroThreshold);
        var zeros = Observations.Count(o => Math.Abs(o) <= ZeroThreshold);
        if (Floats) Double(output, 7, zeros);
        else Varint(output, 6, (ulong)zeros);
        Side(output, 8, Observations.Where(o => o < -ZeroThreshold).Select(o => -o));
        Side(output, 11, Observations.Where(o => o > ZeroThreshold));
        if (Hint != 0) Varint(output, 14, (ulong)Hint);
        Varint(output, 15, (ulong)Time);
        if (Start != 0) Varint(output, 17, (ulong)Start);
    });

    /// <summary>The index of the bucket of a positive value: what is greater than 2^((i-1)/2^schema) and at most 2^(i/2^schema).</summary>
    public int IndexOf(double value) => (int)Math.Ceiling(Math.Log2(value) * Math.Pow(2, Schema));

    // Fields: the spans, then differences of counts, then counts.
    private void Side(CodedOutputStream output, int field, IEnumerable<double> magnitudes)
    {
        var counts = new SortedDictionary<int, int>(magnitudes.GroupBy(IndexOf).ToDictionary(g => g.Key, g => g.Count()));
        if (counts.Count == 0) return;
        int? end = null;
        var all = new List<int>();
        var (index, last) = (counts.Keys.First(), counts.Keys.Last());
        while (index <= last)
        {
            // As Prometheus does it: a gap of at most two stays in the span, as empty buckets.
            var start = index;
            for (; index <= last && (counts.ContainsKey(index) || counts.ContainsKey(index + 1) || counts.ContainsKey(index + 2)); index++) all.Add(counts.GetValueOrDefault(index));
            WriteRequests.Field(output, field, WriteRequests.Message(span =>
            {
                span.WriteTag(1, WireFormat.WireType.Varint);
                span.WriteSInt32(end is null ? start : start - end.Value);
                Varint(span, 2, (ulong)(index - start));
            }));
            end = index;
            while (index <= last && !counts.ContainsKey(index)) index++;
        }

        if (Unpacked)
        {
            for (var i = 0; i < all.Count; i++) Number(output, field, all, i, tagged: true);
        }
        else
        {
            WriteRequests.Field(output, field + (Floats ? 2 : 1), WriteRequests.Message(packed =>
            {
                for (var i = 0; i < all.Count; i++) Number(packed, field, all, i, tagged: false);
            }));
        }
    }

    private void Number(CodedOutputStream output, int field, List<int> counts, int i, bool tagged)
    {
        if (Floats)
        {
            if (tagged) output.WriteTag(field + 2, WireFormat.WireType.Fixed64);
            output.WriteDouble(counts[i]);
            return;
        }

        if (tagged) output.WriteTag(field + 1, WireFormat.WireType.Varint);
        output.WriteSInt64(counts[i] - (i == 0 ? 0 : counts[i - 1]));
    }

    private static void Double(CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    private static void Varint(CodedOutputStream output, int field, ulong value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(value);
    }
}
