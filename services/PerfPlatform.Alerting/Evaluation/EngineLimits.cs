namespace PerfPlatform.Alerting.Evaluation;

/// <summary>The bounds and delays of an <see cref="EvaluationEngine"/>, in milliseconds and counts.</summary>
public sealed record EngineLimits
{
    /// <summary>The least time without data before nothing can be said; five intervals of the series when that is longer.</summary>
    public long StaleAfter { get; init; } = 300_000;

    /// <summary>After so long without data an alert is taken for over, but one that says just that, and a silent series without an alert is forgotten.</summary>
    public long ForgetAfter { get; init; } = 7 * 86_400_000L;

    /// <summary>How often the value of an alert that is not over is written again.</summary>
    public long RefreshEvery { get; init; } = 15_000;

    /// <summary>The most groups that one rule may have; series beyond it are not watched.</summary>
    public int MaxGroupsPerRule { get; init; } = 10_000;

    /// <summary>The most watched series, of all rules.</summary>
    public int MaxSeries { get; init; } = 200_000;

    /// <summary>The bounds that the settings say.</summary>
    public static EngineLimits Of(AlertingOptions options) => new()
    {
        StaleAfter = (long)options.StaleAfter.TotalMilliseconds,
        ForgetAfter = (long)options.ForgetAfter.TotalMilliseconds,
        MaxGroupsPerRule = options.MaxGroupsPerRule,
    };
}
