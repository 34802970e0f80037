namespace PerfPlatform.Analysis.Forecasts;

/// <summary>What a forecast adds to its finding.</summary>
/// <param name="Unit">The unit of the values.</param>
/// <param name="StepMs">The distance of the values, in milliseconds.</param>
/// <param name="History">What it goes on from, the newest part.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Models">What it was made of.</param>
/// <param name="Error">The mean absolute error of such forecasts on the history, in the unit.</param>
/// <param name="Reaches">When it fills up, null where it does not within the forecast.</param>
public sealed record ForecastData(string Unit, long StepMs, ForecastHistory History, ForecastPoints Expected, IReadOnlyList<ForecastShare> Models, double Error, ForecastReach? Reaches);
