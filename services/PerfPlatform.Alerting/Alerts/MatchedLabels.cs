using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Alerts;

/// <summary>The labels that silences and webhooks filter by: the alert's own, and its name, severity and rule.</summary>
public static class MatchedLabels
{
    /// <summary>The labels.</summary>
    public static LabelSet Of(Alert alert) => Merge(
        alert.Labels,
        LabelSet.Of(("alertname", alert.Name), ("severity", AlertNames.Of(alert.Severity)), ("ruleId", alert.RuleId)));

    /// <summary>The one set with the other added; what is added wins.</summary>
    public static LabelSet Merge(LabelSet labels, LabelSet added)
    {
        if (added.Count == 0) return labels;
        return LabelSet.From(labels.Where(l => added[l.Name] is null).Concat(added));
    }
}
