namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>A message of the outbox that is to be delivered.</summary>
/// <param name="Message">The message.</param>
/// <param name="Attempts">How many attempts have failed.</param>
/// <param name="NextAttemptAt">When it is tried next.</param>
public sealed record PendingDelivery(OutgoingMessage Message, int Attempts, DateTimeOffset NextAttemptAt);
