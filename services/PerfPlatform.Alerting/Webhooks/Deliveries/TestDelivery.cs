using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Sends a test message: one attempt, now, in the log like every other.</summary>
public sealed class TestDelivery(WebhookStore webhooks, DeliveryOutbox outbox, DeliveryDesk desk, DeliveryLog log, IOptions<AlertingOptions> options, TimeProvider clock)
{
    private static readonly AlertGroup s_group = new("test", "Test message");

    /// <summary>Sends; null when there is no such webhook.</summary>
    public async Task<Delivery?> SendAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(id, cancellationToken) is not { } webhook) return null;
        var now = clock.GetUtcNow();
        var message = OutgoingMessage.Of(webhook, s_group, MessageEvent.Test, [Sample(now)], options.Value, now);
        await outbox.AddFinishedAsync(message, cancellationToken);
        await desk.AttemptAsync(new PendingDelivery(message, 0, now), term: null, cancellationToken);
        return await log.FindAsync(id, message.Id, cancellationToken);
    }

    private static Alert Sample(DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"),
        Fingerprint = Fingerprint.Of(MetricName.Parse("test"), LabelSet.Empty),
        RuleId = s_group.RuleId,
        Name = s_group.Name,
        State = AlertState.Firing,
        Severity = Severity.Info,
        Labels = LabelSet.Of(("test", "true")),
        Annotations = new Dictionary<string, string> { ["summary"] = "This is a test: nothing is wrong.", ["recommendation"] = "Nothing is to be done." },
        Value = 1,
        Threshold = 0,
        PendingSince = now,
        FiringSince = now,
    };
}
