using System.Diagnostics.Metrics;

namespace PerfPlatform.Client.Processing;

/// <summary>
/// What the platform's Overview shows of an application that processes documents, messages or jobs, by component: throughput and error rate from the counter
/// <c>processing.documents</c>, latency from the histogram <c>processing.duration</c> in seconds, and <c>processing.queue.size</c>.
/// </summary>
public sealed class ProcessingMetrics
{
    /// <summary>How many components can have a queue: 1000.</summary>
    public const int MaxQueues = 1000;

    // 5 ms to 10 min: documents are slower than web requests.
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
    private readonly Counter<long> _documents;
    private readonly Histogram<double> _duration;
    private readonly Lock _gate = new();
    // Bounded by MaxQueues.
    private readonly Dictionary<string, Func<long>> _queues = [];

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">That a provider sends; <see cref="PerfPlatformClient.Processing"/> has one ready.</param>
    public ProcessingMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _documents = meter.CreateCounter<long>("processing.documents", "{document}", "Documents processed, by component and outcome.");
        _duration = meter.CreateHistogram("processing.duration", "s", "How long processing took, by component.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        meter.CreateObservableGauge("processing.queue.size", ObserveQueues, "{document}", "Documents that wait, by component.");
    }

    /// <summary>Counts a document that has been processed.</summary>
    /// <param name="component">The part of the application, as <c>ocr</c>; a few, not one for each document.</param>
    /// <param name="duration">How long it took; not negative.</param>
    /// <param name="outcome">How it ended.</param>
    /// <exception cref="ArgumentException">The component has no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public void Processed(string component, TimeSpan duration, ProcessingOutcome outcome = ProcessingOutcome.Ok)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        var tag = new KeyValuePair<string, object?>("component", component);
        _documents.Add(1, tag, new KeyValuePair<string, object?>("outcome", outcome == ProcessingOutcome.Ok ? "ok" : "error"));
        _duration.Record(duration.TotalSeconds, tag);
    }

    /// <summary>Measures the processing of one document, and counts it as failed when the work throws.</summary>
    /// <param name="component">The part of the application.</param>
    /// <param name="work">Processes the document.</param>
    /// <param name="clock">Measures the time; the system's by default.</param>
    /// <exception cref="ArgumentException">The component has no name.</exception>
    /// <remarks>What the work throws comes through. Cancellation counts as failed, too: the document was not processed.</remarks>
    public async Task MeasureAsync(string component, Func<Task> work, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentNullException.ThrowIfNull(work);
        clock ??= TimeProvider.System;
        var start = clock.GetTimestamp();
        var outcome = ProcessingOutcome.Error;
        try
        {
            await work();
            outcome = ProcessingOutcome.Ok;
        }
        finally
        {
            Processed(component, clock.GetElapsedTime(start), outcome);
        }
    }

    /// <summary>Tells from now on how many documents wait for a component; a component told again has its function replaced.</summary>
    /// <param name="component">The part of the application.</param>
    /// <param name="size">The number now. Called on another thread, once an interval; must be quick and must not throw.</param>
    /// <exception cref="ArgumentException">The component has no name.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxQueues"/> already.</exception>
    public void WatchQueue(string component, Func<long> size)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentNullException.ThrowIfNull(size);
        lock (_gate)
        {
            if (_queues.Count >= MaxQueues && !_queues.ContainsKey(component))
                throw new InvalidOperationException($"{MaxQueues} queues are watched already.");
            _queues[component] = size;
        }
    }

    private List<Measurement<long>> ObserveQueues()
    {
        lock (_gate)
            return [.. _queues.Select(queue => new Measurement<long>(queue.Value(), new KeyValuePair<string, object?>("component", queue.Key)))];
    }
}
