// Hot file: turns every native and exponential histogram into its classic buckets. Nothing allocated once the list is large enough.
using System.Runtime.InteropServices;

namespace PerfPlatform.Ingestion.Histograms;

/// <summary>
/// A histogram with exponential buckets, Prometheus' native or OpenTelemetry's, as classic buckets: upper bounds and how many lie at or below, both
/// ascending, without the last one at +Inf. Where a run of buckets begins, its lower bound is one too, so that a quantile is looked for within the right bucket.
/// </summary>
internal static class ClassicBuckets
{
    // 2^(0/4) to 2^(3/4), written out: the bounds are part of labels, and must not depend on a machine's arithmetic. Finer ones are computed.
    private static readonly double[] Roots = [1, 1.189207115002721, 1.4142135623730951, 1.681792830507429];

    private const int RootBits = 2;

    /// <summary>Fills the list, and says how many lie in all the buckets.</summary>
    /// <param name="negative">The buckets below zero by ascending index, which counts away from zero.</param>
    /// <param name="zeroCount">How many lie in the zero bucket.</param>
    /// <param name="zeroThreshold">How wide the zero bucket is on either side.</param>
    /// <param name="positive">
    /// The buckets above zero by ascending index: that of index i holds what is greater than the bound i-1 and at most the bound i. (OpenTelemetry's index is one less.)
    /// </param>
    /// <param name="schema">Two to how much is a bound the next: 2^(2^-schema).</param>
    /// <param name="buckets">What is filled.</param>
    public static double Lay(
        List<(long Index, double Count)> negative, double zeroCount, double zeroThreshold, List<(long Index, double Count)> positive, int schema, List<(double Bound, double Below)> buckets)
    {
        buckets.Clear();
        var below = 0.0;
        for (var i = negative.Count - 1; i >= 0; i--)
        {
            var (index, count) = negative[i];
            Open(buckets, -Bound(index, schema), below);
            below += count;
            Close(buckets, -Bound(index - 1, schema), below);
        }

        if (zeroCount > 0 || below > 0)
        {
            // Not -0: a label says it.
            if (below > 0 && zeroThreshold > 0) Open(buckets, -zeroThreshold, below);
            below += zeroCount;
            Close(buckets, zeroThreshold, below);
        }

        foreach (var (index, count) in CollectionsMarshal.AsSpan(positive))
        {
            Open(buckets, Bound(index - 1, schema), below);
            below += count;
            Close(buckets, Bound(index, schema), below);
        }

        return below;
    }

    /// <summary>2^(index / 2^schema): exact at powers of two.</summary>
    public static double Bound(long index, int schema)
    {
        // Beyond these every bound is 0 or infinite, whatever the schema; within, nothing overflows.
        index = Math.Clamp(index, -(1L << 20), 1L << 20);
        if (schema <= 0) return Math.ScaleB(1, (int)Math.Clamp(index << -schema, -5000, 5000));
        var fraction = (int)(index & ((1 << schema) - 1));
        var root = schema <= RootBits ? Roots[fraction << (RootBits - schema)] : Math.Pow(2, (double)fraction / (1 << schema));
        return Math.ScaleB(root, (int)(index >> schema));
    }

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
