namespace PerfPlatform.Analysis.Forecasts;

/// <summary>When something fills up.</summary>
/// <param name="Level">The level that counts as full.</param>
/// <param name="Expected">When it is expected to.</param>
/// <param name="Earliest">When the upper end of the interval does.</param>
/// <param name="Latest">When the lower end does; null when it does not within the forecast.</param>
public sealed record ForecastReach(double Level, DateTimeOffset Expected, DateTimeOffset Earliest, DateTimeOffset? Latest);
