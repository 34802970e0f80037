namespace PerfPlatform.Web.Webhooks;

/// <summary>One attempt to deliver a message: what the receiver answered, or why there was no answer.</summary>
public sealed record WebhookAttempt(DateTimeOffset At, int? StatusCode, double DurationMs, string? Error);
