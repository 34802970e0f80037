namespace PerfPlatform.Analysis.Forecasts;

/// <summary>A model's part of a forecast.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Share">0 to 1.</param>
public sealed record ForecastShare(string Model, double Share);
