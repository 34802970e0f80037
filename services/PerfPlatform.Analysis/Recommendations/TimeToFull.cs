using PerfPlatform.Analysis.Trends;

namespace PerfPlatform.Analysis.Recommendations;

/// <summary>When something that fills up will be full at its present rate.</summary>
/// <param name="Expected">By the slope.</param>
/// <param name="Earliest">By the upper end of the slope's 95 % interval.</param>
/// <param name="Latest">By the lower end; null when that end does not rise.</param>
public sealed record TimeToFull(TimeSpan Expected, TimeSpan Earliest, TimeSpan? Latest)
{
    // A straight line says little about a time many times as long as the one it was seen in.
    private const double FurthestBySpan = 24;

    /// <summary>The time until the level reaches <paramref name="full"/>, or null where it does not rise or the period is too short to say.</summary>
    public static TimeToFull? Of(TrendEstimate trend, double full)
    {
        if (trend.Direction != TrendDirection.Rising || trend.End >= full) return null;
        var missing = full - trend.End;
        var expected = missing / trend.SlopePerHour;
        if (expected > FurthestBySpan * trend.Span.TotalHours) return null;
        return new TimeToFull(
            TimeSpan.FromHours(expected),
            TimeSpan.FromHours(missing / Math.Max(trend.SlopeHigh, trend.SlopePerHour)),
            trend.SlopeLow > 0 && missing / trend.SlopeLow < TimeSpan.MaxValue.TotalHours ? TimeSpan.FromHours(missing / trend.SlopeLow) : null);
    }
}
