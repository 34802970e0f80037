namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>A message to a subscription and every attempt to deliver it.</summary>
public sealed record Delivery
{
    /// <summary>The value of <c>X-PerfPlatform-Delivery</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The value of <c>X-PerfPlatform-Event</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The rule it tells of.</summary>
    public required string RuleName { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; null when it is done.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was done, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The attempts, oldest first; the last 50.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>Without what the receiver answered.</summary>
    public Delivery WithoutAnswers() => this with { Attempts = [.. Attempts.Select(a => a with { Response = null })] };
}
