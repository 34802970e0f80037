namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>One attempt to deliver.</summary>
/// <param name="At">When.</param>
/// <param name="StatusCode">What the receiver answered, or null when it did not.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Error">What went wrong, or null.</param>
/// <param name="Response">The first 500 characters of the answer.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, double DurationMs, string? Error, string? Response)
{
    /// <summary>Whether the receiver took it.</summary>
    internal bool Succeeded => StatusCode is >= 200 and < 300 && Error is null;

    /// <summary>Whether the receiver says that it is gone.</summary>
    internal bool Gone => StatusCode == 410;
}
