// Hot file: checks every native histogram. Nothing allocated.
using PerfPlatform.Ingestion.Histograms;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>The classic buckets of a native histogram, of its exponential schemas and of the one with custom bounds.</summary>
internal static class NativeBuckets
{
    private const long CustomSchema = -53, LeastSchema = -4, GreatestSchema = 8;

    /// <summary>Fills the list; null, or what is wrong with the histogram.</summary>
    public static string? Lay(WireHistogram histogram, List<(double Bound, double Below)> buckets)
    {
        if (histogram.HasTooMany) return $"it has more than {WireBuckets.MaxBuckets} buckets";
        if (histogram.Schema == CustomSchema) return LayCustom(histogram, buckets);
        if (histogram.Schema is < LeastSchema or > GreatestSchema) return $"the schema {histogram.Schema} is not known; -4 to 8 and -53 are";
        if (!(histogram.ZeroCount >= 0) || !(histogram.ZeroThreshold >= 0)) return "the zero bucket is negative";
        return Check(histogram, ClassicBuckets.Lay(histogram.Negative.Laid, histogram.ZeroCount, histogram.ZeroThreshold, histogram.Positive.Laid, (int)histogram.Schema, buckets));
    }

    private static string? LayCustom(WireHistogram histogram, List<(double Bound, double Below)> buckets)
    {
        buckets.Clear();
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
}
