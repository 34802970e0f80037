namespace PerfPlatform.Analysis.Forecasts;

/// <summary>How far a forecast goes, and in which steps.</summary>
/// <param name="Length">How far.</param>
/// <param name="Step">The distance of its values.</param>
public readonly record struct ForecastHorizon(TimeSpan Length, TimeSpan Step)
{
    /// <summary>The shortest.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // More values than this say no more, and cost.
    private const int MostSteps = 48;
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
    ];

    /// <summary>How many steps, at least 1.</summary>
    public int Count => (int)Math.Ceiling(Length / Step);

    /// <summary>In the finest steps that are few enough.</summary>
    public static ForecastHorizon Of(TimeSpan length) => new(length, Array.Find(Steps, step => length <= MostSteps * step) is { Ticks: > 0 } found ? found : Steps[^1]);
}
