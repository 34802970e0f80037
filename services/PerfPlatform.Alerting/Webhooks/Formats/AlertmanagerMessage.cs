using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The body of Alertmanager's webhook, version 4.</summary>
public sealed record AlertmanagerMessage
{
    public string Version { get; init; } = "4";

    public required string GroupKey { get; init; }

    public int TruncatedAlerts { get; init; }

    public required string Status { get; init; }

    public required string Receiver { get; init; }

    public required IReadOnlyDictionary<string, string> GroupLabels { get; init; }

    public required IReadOnlyDictionary<string, string> CommonLabels { get; init; }

    public required IReadOnlyDictionary<string, string> CommonAnnotations { get; init; }

    [JsonPropertyName("externalURL")]
    public required string ExternalUrl { get; init; }

    public required IReadOnlyList<AlertmanagerAlert> Alerts { get; init; }

    /// <summary>Writes alerts as Alertmanager does.</summary>
    public static AlertmanagerMessage Of(AlertGroup group, string receiver, IReadOnlyList<Alert> alerts, int truncated, Uri publicUrl)
    {
        var written = alerts.Select(a => AlertmanagerAlert.Of(a, publicUrl)).ToList();
        return new AlertmanagerMessage
        {
            // The route and the labels, as Alertmanager writes them; the rule stands for the route, for two of one name are two groups.
            GroupKey = $"{{}}/{{ruleId={GoText.Quote(group.RuleId)}}}:{{alertname={GoText.Quote(group.Name)}}}",
            TruncatedAlerts = truncated,
            Status = written.Exists(a => a.Status == "firing") ? "firing" : "resolved",
            Receiver = receiver,
            GroupLabels = new Dictionary<string, string> { ["alertname"] = group.Name },
            CommonLabels = Common(written.Select(a => a.Labels)),
            CommonAnnotations = Common(written.Select(a => a.Annotations)),
            ExternalUrl = publicUrl.ToString().TrimEnd('/'),
            Alerts = written,
        };
    }

    private static Dictionary<string, string> Common(IEnumerable<IReadOnlyDictionary<string, string>> all)
    {
        Dictionary<string, string>? common = null;
        foreach (var one in all) common = common is null ? new(one) : common.Where(l => one.TryGetValue(l.Key, out var value) && value == l.Value).ToDictionary();
        return common ?? [];
    }
}
