using System.Text.Json;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>A message that is written and not sent yet.</summary>
/// <param name="Id">Unique; the same at every attempt.</param>
/// <param name="Webhook">The subscription.</param>
/// <param name="Group">The rule: its messages stay in order.</param>
/// <param name="Event">One of <see cref="MessageEvent"/>.</param>
/// <param name="Body">JSON.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ExpiresAt">When it is given up.</param>
public sealed record OutgoingMessage(Guid Id, Guid Webhook, AlertGroup Group, string Event, string Body, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    private const int MaxAlerts = 500;

    /// <summary>Writes a message in the subscription's format.</summary>
    public static OutgoingMessage Of(Webhook webhook, AlertGroup group, string name, IReadOnlyList<Alert> alerts, AlertingOptions options, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        List<Alert> first = [.. alerts.OrderBy(a => a.State == AlertState.Resolved).Take(MaxAlerts)];
        var left = alerts.Count - first.Count;
        var body = webhook.Format switch
        {
            WebhookFormat.Alertmanager => JsonSerializer.Serialize(AlertmanagerMessage.Of(group, webhook.Receiver, first, left, options.Address), PerfPlatformJson.Options),
            WebhookFormat.Slack => JsonSerializer.Serialize(SlackMessage.Of(group.Name, name, first, options.Address), PerfPlatformJson.Options),
            _ => JsonSerializer.Serialize(
                new PerfPlatformMessage
                {
                    Event = name,
                    DeliveryId = id.ToString("N"),
                    SentAt = now,
                    Group = new Dictionary<string, string> { ["alertname"] = group.Name },
                    Alerts = first,
                    TruncatedAlerts = left,
                },
                PerfPlatformJson.Options),
        };
        return new OutgoingMessage(id, webhook.Id, group, name, body, now, now + options.WebhookRetryFor);
    }
}
