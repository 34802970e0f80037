using System.Diagnostics.Metrics;
using PerfPlatform.Alerting.Evaluation;

namespace PerfPlatform.Alerting.Live;

/// <summary>The evaluator's part of the measurements <c>perfplatform.alerting.*</c>.</summary>
public sealed class EvaluationMeters(IMeterFactory meters)
{
    private readonly Meter _meter = meters.Create(AlertingOptions.Meter);

    /// <summary>Watches the evaluator.</summary>
    public void Observe(Func<EvaluationEngine> engine, SampleQueue queue, Func<ParkedBatches> parked)
    {
        _meter.CreateObservableGauge("perfplatform.alerting.series", () => engine().WatchedSeries, "{series}", "Series that rules watch");
        _meter.CreateObservableGauge("perfplatform.alerting.unwatched", () => engine().UnwatchedSeries, "{series}", "Series that rules would watch, had they not reached a bound");
        _meter.CreateObservableCounter("perfplatform.alerting.windows", () => engine().ComputedWindows, "{window}", "Windows that were computed");
        _meter.CreateObservableGauge("perfplatform.alerting.active", () => engine().ActiveAlerts, "{alert}", "Alerts that are pending, firing or unknown");
        _meter.CreateObservableGauge("perfplatform.alerting.queue", () => queue.Count, "{batch}", "Batches that wait for the evaluator");
        _meter.CreateObservableGauge("perfplatform.alerting.parked", () => parked().Count, "{batch}", "Batches that wait for the registry");
        _meter.CreateObservableCounter("perfplatform.alerting.dropped", () => queue.Dropped, "{batch}", "Batches that came faster than they were evaluated");
    }
}
