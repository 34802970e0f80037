// Hot file: turns every native histogram into its classic buckets. Nothing allocated once the list is large enough.
namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// A native histogram as classic buckets: upper bounds and how many lie at or below, both ascending, without the last one at +Inf.
/// Where a run of buckets begins, its lower bound is one too, so that a quantile is looked for within the right bucket.
/// </summary>
internal static class ClassicBuckets
{
    private const long CustomSchema = -53, LeastSchema = -4, GreatestSchema = 8;

    /// <summary>Fills the list; null, or what is wrong with the histogram.</summary>
    public static string? Lay(WireHistogram histogram, List<(double Bound, double Below)> buckets)
    {
        buckets.Clear();
        if (histogram.Schema == CustomSchema) return LayCustom(histogram, buckets);
        if (histogram.Schema is < LeastSchema or > GreatestSchema) return $"the schema {histogram.Schema} is not known; -4 to 8 and -53 are";
        if (!(histogram.ZeroCount >= 0) || !(histogram.ZeroThreshold >= 0)) return "the zero bucket is negative";
        var schema = (int)histogram.Schema;
        var below = 0.0;
        // The bucket of index i holds what is greater than the bound i-1 and at most the bound i; negative ones are its mirror.
        for (var i = histogram.Negative.Laid.Count - 1; i >= 0; i--)
        {
            var (index, count) = histogram.Negative.Laid[i];
            Open(buckets, -Bound(index, schema), below);
            below += count;
            Close(buckets, -Bound(index - 1, schema), below);
        }

        if (histogram.ZeroCount > 0 || below > 0)
        {
            if (below > 0) Open(buckets, -histogram.ZeroThreshold, below);
            below += histogram.ZeroCount;
            Close(buckets, histogram.ZeroThreshold, below);
        }

        foreach (var (index, count) in histogram.Positive.Laid)
        {
            Open(buckets, Bound(index - 1, schema), below);
            below += count;
            Close(buckets, Bound(index, schema), below);
        }

        return Check(histogram, below);
    }

    /// <summary>2^(index / 2^schema): exact at powers of two.</summary>
    public static double Bound(long index, int schema)
    {
        // Beyond these every bound is 0 or infinite, whatever the schema; within, nothing overflows.
        index = Math.Clamp(index, -(1L << 20), 1L << 20);
        if (schema <= 0) return Math.ScaleB(1, (int)Math.Clamp(index << -schema, -5000, 5000));
        var fraction = index & ((1 << schema) - 1);
        return Math.ScaleB(Math.Pow(2, (double)fraction / (1 << schema)), (int)(index >> schema));
    }

    private static string? LayCustom(WireHistogram histogram, List<(double Bound, double Below)> buckets)
    {
        var bounds = histogram.CustomBounds;
        for (var i = 0; i < bounds.Count; i++)
        {
            if (!double.IsFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) return "its custom bounds are not finite and ascending";
        }

        if (histogram.Negative.Laid.Count > 0 || histogram.ZeroCount != 0) return "custom bounds have neither negative buckets nor a zero bucket";
        var (below, next) = (0.0, 0);
        foreach (var (index, count) in histogram.Positive.Laid)
        {
            if (index < 0 || index > bounds.Count) return "a bucket lies beyond its custom bounds";
            for (; next < index; next++) buckets.Add((bounds[next], below));
            below += count;
        }

        for (; next < bounds.Count; next++) buckets.Add((bounds[next], below));
        return Check(histogram, below);
    }

    // Sums of floats are not exact; whole numbers are.
    private static string? Check(WireHistogram histogram, double below) =>
        below <= histogram.Count * (1 + 1e-9) ? null : "its buckets hold more than its count";

    private static void Open(List<(double Bound, double Below)> buckets, double bound, double below)
    {
        if (double.IsFinite(bound) && (buckets.Count == 0 || bound > buckets[^1].Bound)) buckets.Add((bound, below));
    }

    private static void Close(List<(double Bound, double Below)> buckets, double bound, double below)
    {
        if (!double.IsFinite(bound)) return;
        if (buckets.Count == 0 || bound > buckets[^1].Bound) buckets.Add((bound, below));
        else buckets[^1] = (buckets[^1].Bound, below);
    }
}
