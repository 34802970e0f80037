namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Expected values, in columns.</summary>
/// <param name="Times">Starts of the steps, Unix milliseconds.</param>
/// <param name="Values">What is expected.</param>
/// <param name="Low">The lower ends of the 95 % intervals.</param>
/// <param name="High">The upper ends.</param>
public sealed record ForecastPoints(IReadOnlyList<long> Times, IReadOnlyList<double> Values, IReadOnlyList<double> Low, IReadOnlyList<double> High);
