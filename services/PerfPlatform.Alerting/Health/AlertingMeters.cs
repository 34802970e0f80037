using System.Diagnostics.Metrics;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Webhooks.Deliveries;

namespace PerfPlatform.Alerting.Health;

/// <summary>The measurements <c>perfplatform.alerting.*</c>.</summary>
public sealed class AlertingMeters : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public AlertingMeters(IMeterFactory meters)
    {
        _meter = meters.Create("PerfPlatform.Alerting");
        _attempts = _meter.CreateCounter<long>("perfplatform.alerting.webhook.attempts", "{attempt}", "Attempts to deliver, by outcome");
        _duration = _meter.CreateHistogram<double>("perfplatform.alerting.webhook.duration", "s", "How long receivers took");
    }

    /// <summary>Watches the evaluator.</summary>
    public void Observe(EvaluationEngine engine, SampleQueue queue, ParkedBatches parked)
    {
        _meter.CreateObservableGauge("perfplatform.alerting.series", () => engine.WatchedSeries, "{series}", "Series that rules watch");
        _meter.CreateObservableGauge("perfplatform.alerting.active", () => engine.ActiveAlerts, "{alert}", "Alerts that are pending, firing or unknown");
        _meter.CreateObservableGauge("perfplatform.alerting.queue", () => queue.Count, "{batch}", "Batches that wait for the evaluator");
        _meter.CreateObservableGauge("perfplatform.alerting.parked", () => parked.Count, "{batch}", "Batches that wait for the registry");
        _meter.CreateObservableCounter("perfplatform.alerting.dropped", () => queue.Dropped, "{batch}", "Batches that came faster than they were evaluated");
    }

    /// <summary>Counts an attempt to deliver.</summary>
    public void Delivered(DeliveryAttempt attempt)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", attempt.Succeeded ? "delivered" : "failed"));
        _duration.Record(attempt.DurationMs / 1000);
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
