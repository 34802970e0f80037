namespace PerfPlatform.Analysis.Trends;

/// <summary>Where a series is going.</summary>
public enum TrendDirection
{
    /// <summary>No trend that can be told from chance.</summary>
    Flat,

    /// <summary>Upwards.</summary>
    Rising,

    /// <summary>Downwards.</summary>
    Falling,
}
