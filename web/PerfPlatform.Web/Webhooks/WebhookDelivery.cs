namespace PerfPlatform.Web.Webhooks;

/// <summary>A message to a webhook, as <c>GET /api/v1/webhooks/{id}/deliveries</c> tells it.</summary>
public sealed record WebhookDelivery(
    string Id, string Event, string RuleName, string Status, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, IReadOnlyList<WebhookAttempt> Attempts);
