using System.Globalization;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>
/// A quantile out of the buckets of a classic histogram, by the rule of Prometheus' <c>histogram_quantile</c>: linear within the bucket that the rank falls into;
/// the lowest bucket begins at 0 unless its bound is not above 0; in the highest one, without an upper bound, the answer is its lower bound.
/// </summary>
public static class HistogramQuantile
{
    /// <summary>What the names of bucket series end with.</summary>
    public const string Suffix = "_bucket";

    /// <summary>The label with a bucket's upper bound.</summary>
    public const string Bound = "le";

    /// <summary>The quantile; NaN where nothing was counted or the bucket without an upper bound is missing.</summary>
    /// <param name="quantile">Between 0 and 1.</param>
    /// <param name="bounds">The upper bounds, ascending, the last one infinite.</param>
    /// <param name="counts">How many are not above each bound. Made to rise where they do not, as buckets that were read at different instants may.</param>
    public static double Of(double quantile, ReadOnlySpan<double> bounds, Span<double> counts)
    {
        if (bounds.Length < 2 || !double.IsPositiveInfinity(bounds[^1])) return double.NaN;
        for (var i = 1; i < counts.Length; i++) counts[i] = Math.Max(counts[i], counts[i - 1]);
        if (!(counts[^1] > 0)) return double.NaN;
        var rank = quantile * counts[^1];
        var bucket = 0;
        while (bucket < bounds.Length - 1 && counts[bucket] < rank) bucket++;
        if (bucket == bounds.Length - 1) return bounds[^2];
        if (bucket == 0 && bounds[0] <= 0) return bounds[0];
        var (start, below) = bucket == 0 ? (0, 0) : (bounds[bucket - 1], counts[bucket - 1]);
        return start + ((bounds[bucket] - start) * ((rank - below) / (counts[bucket] - below)));
    }

    /// <summary>Reads the upper bound of a bucket.</summary>
    public static bool TryBound(LabelSet labels, out double bound)
    {
        bound = double.PositiveInfinity;
        return labels[Bound] is { } text && (text is "+Inf" or "Inf" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound));
    }
}
