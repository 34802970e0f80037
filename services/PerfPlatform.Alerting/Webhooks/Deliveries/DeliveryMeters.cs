using System.Diagnostics.Metrics;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>The deliveries' part of the measurements <c>perfplatform.alerting.*</c>.</summary>
public sealed class DeliveryMeters
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public DeliveryMeters(IMeterFactory meters)
    {
        var meter = meters.Create(AlertingOptions.Meter);
        _attempts = meter.CreateCounter<long>("perfplatform.alerting.webhook.attempts", "{attempt}", "Attempts to deliver, by outcome");
        _duration = meter.CreateHistogram<double>("perfplatform.alerting.webhook.duration", "s", "How long receivers took");
    }

    /// <summary>Counts an attempt to deliver.</summary>
    public void Delivered(DeliveryAttempt attempt)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", attempt.Succeeded ? "delivered" : "failed"));
        _duration.Record(attempt.DurationMs / 1000);
    }
}
