namespace PerfPlatform.Analysis.Forecasts;

/// <summary>What is expected of a series.</summary>
/// <param name="Values">The expected values, one a step.</param>
/// <param name="Low">The lower ends of the 95 % intervals.</param>
/// <param name="High">The upper ends.</param>
/// <param name="Models">What it was made of: the models with the most weight, and their shares of it.</param>
/// <param name="Error">The mean absolute error of such forecasts on the history, in the series' unit.</param>
/// <param name="Origins">From how many moments of the history that was tried.</param>
public sealed record ForecastEstimate(double[] Values, double[] Low, double[] High, IReadOnlyList<(string Name, double Share)> Models, double Error, int Origins);
