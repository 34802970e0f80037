using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Alerting.Recording;
using PerfPlatform.Alerting.Rulebook;

namespace PerfPlatform.Alerting.Health;

/// <summary>Says degraded when alerting does without something: database, Redis, the registry, or keeping up. One that stands by has nothing of its own to keep up with.</summary>
public sealed class AlertingHealthCheck(
    LeaderKeeper leadership, Evaluator evaluator, RuleCatalog rules, ThresholdCache thresholds, AlertRecorder recorder, SeriesResolver resolver, CatchUp catchUp, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (leadership.IsStandby) return Task.FromResult(HealthCheckResult.Healthy("Alerting: another process evaluates and notifies, this one stands by."));
        var troubles = new List<string>();
        if (rules.Current is null) troubles.Add("no rules were read yet");
        else if (evaluator.EvaluatedAt is not { } last) troubles.Add("evaluation has not begun yet");
        else if (clock.GetUtcNow() - last > s_late) troubles.Add($"the last evaluation was {(clock.GetUtcNow() - last).TotalSeconds:0} s ago");
        if (!rules.IsDatabaseAvailable || !recorder.IsAvailable) troubles.Add($"{(recorder.IsAvailable ? null : recorder.Trouble) ?? "the database does not answer"} ({recorder.Waiting} changes wait)");
        if (!thresholds.IsAvailable) troubles.Add($"{thresholds.Trouble ?? "Redis does not answer"}, thresholds come from memory or the database");
        if (!resolver.IsAvailable) troubles.Add("the series registry does not answer");
        if (!catchUp.IsComplete) troubles.Add("windows could not be filled from the store");
        if (evaluator.UnwatchedSeries is > 0 and var unwatched) troubles.Add($"{unwatched} series are not watched, a rule has too many groups (the rules' 'watch' says which)");
        return Task.FromResult(troubles.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Alerting: {string.Join("; ", troubles)}."));
    }
}
