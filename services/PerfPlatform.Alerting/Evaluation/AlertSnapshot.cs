using System.Text.Json;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>Writes the alert of a group down as the contract shows it.</summary>
public static class AlertSnapshot
{
    /// <summary>The alert as it is now.</summary>
    /// <param name="group">The group.</param>
    /// <param name="status">The state to show; for an alert that is over, the one before.</param>
    /// <param name="resolvedAt">When it was over, 0 while it is not.</param>
    public static Alert Of(RuleGroup group, in AlertStatus status, long resolvedAt)
    {
        var rule = group.State.Rule;
        var labels = MatchedLabels.Merge(group.Labels, rule.Labels);
        return new Alert
        {
            Id = group.AlertId.ToString("N"),
            Fingerprint = group.Fingerprint,
            RuleId = rule.Rule.Id,
            Name = rule.Rule.Name,
            State = resolvedAt != 0 ? AlertState.Resolved : StateOf(status.Phase),
            Severity = rule.Rule.Severity,
            Labels = labels,
            Annotations = rule.Rule.Annotations.ToDictionary(a => a.Key, a => AnnotationTemplate.Fill(a.Value, group.Value, rule.Conditions.Threshold, labels)),
            Value = group.Value,
            Threshold = rule.Conditions.Threshold,
            Measure = new AlertMeasure(Word(rule.Rule.Kind), rule.Rule.Metric, rule.Rule.Fn is { } fn ? Word(fn) : null, Word(rule.Rule.Agg), rule.Rule.DivideBy),
            PendingSince = Time(status.PendingSince),
            FiringSince = Time(status.FiringSince),
            ResolvedAt = Time(resolvedAt),
            Links = new Dictionary<string, string> { ["chart"] = ChartLink.Of(rule, group.Labels, status.PendingSince, resolvedAt) },
        };
    }

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static AlertState StateOf(AlertPhase phase) => phase switch
    {
        AlertPhase.Firing => AlertState.Firing,
        AlertPhase.Unknown => AlertState.Unknown,
        AlertPhase.Pending => AlertState.Pending,
        _ => AlertState.Resolved,
    };

    private static DateTimeOffset? Time(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
