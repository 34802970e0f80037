using PerfPlatform.Alerting.Leading;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Makes an attempt and writes down what came of it.</summary>
public sealed partial class DeliveryDesk(
    DeliverySender sender, DeliveryOutbox outbox, WebhookStore webhooks, DeliveryMeters meters, TimeProvider clock, ILogger<DeliveryDesk> logger)
{
    /// <summary>One attempt.</summary>
    /// <param name="pending">The message.</param>
    /// <param name="term">The leader's, who tries again; nothing is sent, and no outcome kept, where another process leads. Null: the only attempt, which any replica makes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AttemptAsync(PendingDelivery pending, LeaderTerm? term, CancellationToken cancellationToken)
    {
        var message = pending.Message;
        var known = await webhooks.TargetAsync(message.Webhook, cancellationToken);
        if (term is not null) await outbox.CheckAsync(term, cancellationToken);
        var attempt = known is { } target
            ? await sender.SendAsync(target.Webhook, target.Secret, message, cancellationToken)
            : new DeliveryAttempt(clock.GetUtcNow(), null, 0, "The subscription is gone or cannot be read.", null);
        var next = clock.GetUtcNow() + DeliveryBackoff.After(pending.Attempts + 1, Random.Shared.NextDouble(), attempt.RetryAfter);
        var status = attempt.Succeeded ? DeliveryStatus.Delivered
            : term is null || attempt.Refused || next >= message.ExpiresAt ? DeliveryStatus.Failed
            : DeliveryStatus.Pending;
        await outbox.RecordAsync(message.Id, attempt, status, next, term, cancellationToken);
        meters.Delivered(attempt);
        if (!attempt.Succeeded) LogFailed(logger, message.Id, message.Webhook, pending.Attempts + 1, status, attempt.Error ?? "");
        if (!attempt.Gone) return;
        await webhooks.DisableAsync(message.Webhook, "The receiver answered 410 (gone).", cancellationToken);
        await outbox.GiveUpAsync(message.Webhook, clock.GetUtcNow(), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} of delivery {DeliveryId} to webhook {WebhookId} failed, it is {Status}: {Reason}")]
    private static partial void LogFailed(ILogger logger, Guid deliveryId, Guid webhookId, int attempt, string status, string reason);
}
