using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>Which alerts a subscription wants.</summary>
public sealed class WantedAlerts(WebhookSubscription subscription)
{
    private readonly LabelMatcher[] _matchers = [.. subscription.Match.Select(LabelMatcher.Parse)];

    /// <summary>Whether it wants this one.</summary>
    public bool Wants(Alert alert)
    {
        if (subscription.Severities.Count > 0 && !subscription.Severities.Contains(alert.Severity)) return false;
        if (_matchers.Length == 0) return true;
        var labels = MatchedLabels.Of(alert);
        return Array.TrueForAll(_matchers, m => m.Matches(labels));
    }
}
