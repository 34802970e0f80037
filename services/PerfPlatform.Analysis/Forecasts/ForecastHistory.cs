namespace PerfPlatform.Analysis.Forecasts;

/// <summary>A part of the history, in columns.</summary>
/// <param name="Since">Where the whole history that was looked at begins.</param>
/// <param name="Times">Starts of the steps, Unix milliseconds.</param>
/// <param name="Values">Their values, null where there is none.</param>
public sealed record ForecastHistory(DateTimeOffset Since, IReadOnlyList<long> Times, IReadOnlyList<double?> Values);
