namespace PerfPlatform.Analysis.Trends;

/// <summary>The trend of a series: how fast it changes, how sure that is, and from where to where it went.</summary>
public sealed record TrendEstimate
{
    /// <summary>Upwards, downwards, or neither beyond chance.</summary>
    public required TrendDirection Direction { get; init; }

    /// <summary>Theil-Sen slope, in the series' unit an hour.</summary>
    public required double SlopePerHour { get; init; }

    /// <summary>The lower end of the 95 % interval of the slope.</summary>
    public required double SlopeLow { get; init; }

    /// <summary>The upper end of the 95 % interval of the slope.</summary>
    public required double SlopeHigh { get; init; }

    /// <summary>Two-sided probability of a trend at least this clear in a series without one (Mann-Kendall).</summary>
    public required double PValue { get; init; }

    /// <summary>Kendall's tau between time and value, -1 to 1.</summary>
    public required double Tau { get; init; }

    /// <summary>The level of the trend line at the first point.</summary>
    public required double Start { get; init; }

    /// <summary>The level of the trend line at the last point.</summary>
    public required double End { get; init; }

    /// <summary>How many points were compared, after resampling and thinning.</summary>
    public required int Points { get; init; }

    /// <summary>How many independent points those are worth.</summary>
    public required double EffectivePoints { get; init; }

    /// <summary>From the first point to the last.</summary>
    public required TimeSpan Span { get; init; }

    /// <summary>The change over the period, in the series' unit.</summary>
    public double Change => End - Start;
}
