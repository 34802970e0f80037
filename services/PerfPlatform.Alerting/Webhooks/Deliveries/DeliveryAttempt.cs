namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>One attempt to deliver.</summary>
/// <param name="At">When.</param>
/// <param name="StatusCode">What the receiver answered, or null when it did not.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Error">What went wrong, or null.</param>
/// <param name="Response">The first 200 bytes of the answer; only for those who may write.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, double DurationMs, string? Error, string? Response)
{
    /// <summary>Whether the receiver took it.</summary>
    internal bool Succeeded => StatusCode is >= 200 and < 300 && Error is null;

    /// <summary>How long the receiver asks to be left alone, or null.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same message cannot succeed later: the receiver refuses it, and not for being busy or slow.</summary>
    internal bool Refused => StatusCode is >= 400 and < 500 and not 408 and not 429;

    /// <summary>Whether the receiver says that it is gone.</summary>
    internal bool Gone => StatusCode == 410;
}
