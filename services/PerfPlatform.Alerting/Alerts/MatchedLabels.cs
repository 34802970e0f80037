using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Alerts;

/// <summary>The labels that silences and webhooks filter by: the alert's own, and its name, severity and rule.</summary>
public static class MatchedLabels
{
    /// <summary>The labels.</summary>
    public static LabelSet Of(Alert alert) => AlertSnapshot.Merge(
        alert.Labels,
        LabelSet.Of(("alertname", alert.Name), ("severity", AlertReading.Name(alert.Severity)), ("ruleId", alert.RuleId)));
}
