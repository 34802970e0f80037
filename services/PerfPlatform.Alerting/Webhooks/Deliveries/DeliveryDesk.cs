namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Makes an attempt and writes down what came of it.</summary>
public sealed partial class DeliveryDesk(
    DeliverySender sender, DeliveryOutbox outbox, WebhookStore webhooks, DeliveryMeters meters, TimeProvider clock, ILogger<DeliveryDesk> logger)
{
    /// <summary>One attempt; null when the webhook is gone.</summary>
    public async Task<DeliveryAttempt?> AttemptAsync(PendingDelivery pending, bool retry, CancellationToken cancellationToken)
    {
        var message = pending.Message;
        if (await webhooks.TargetAsync(message.Webhook, cancellationToken) is not { } target) return null;
        var attempt = await sender.SendAsync(target.Webhook, target.Secret, message, cancellationToken);
        var next = clock.GetUtcNow() + DeliveryBackoff.After(pending.Attempts + 1, Random.Shared.NextDouble(), attempt.RetryAfter);
        var status = attempt.Succeeded ? DeliveryStatus.Delivered
            : !retry || attempt.Refused || next >= message.ExpiresAt ? DeliveryStatus.Failed
            : DeliveryStatus.Pending;
        await outbox.RecordAsync(message.Id, attempt, status, next, cancellationToken);
        meters.Delivered(attempt);
        if (!attempt.Succeeded) LogFailed(logger, message.Id, message.Webhook, pending.Attempts + 1, status, attempt.Error ?? "");
        if (!attempt.Gone) return attempt;
        await webhooks.DisableAsync(message.Webhook, "The receiver answered 410 (gone).", cancellationToken);
        await outbox.GiveUpAsync(message.Webhook, clock.GetUtcNow(), cancellationToken);
        return attempt;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} of delivery {DeliveryId} to webhook {WebhookId} failed, it is {Status}: {Reason}")]
    private static partial void LogFailed(ILogger logger, Guid deliveryId, Guid webhookId, int attempt, string status, string reason);
}
