using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Scores;

/// <summary>Rate, errors and duration of an application over a period (the RED method), and its duration in the period of equal length before.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Labels">The labels of its series that were grouped by.</param>
/// <param name="PerSecond">Documents a second, failed ones included.</param>
/// <param name="FailedPerSecond">Failed documents a second.</param>
/// <param name="Duration">The mean duration in seconds; NaN when unknown.</param>
/// <param name="DurationBefore">The same before; NaN when unknown.</param>
/// <param name="Steps">How many steps of the period had data.</param>
public sealed record ApplicationReadings(string Service, LabelSet Labels, double PerSecond, double FailedPerSecond, double Duration, double DurationBefore, int Steps)
{
    /// <summary>The part that failed, 0 to 1; 0 when nothing was done.</summary>
    public double ErrorRate => PerSecond > 0 ? FailedPerSecond / PerSecond : 0;
}
