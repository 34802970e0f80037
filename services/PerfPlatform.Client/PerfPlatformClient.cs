using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using PerfPlatform.Client.Metrics;
using PerfPlatform.Client.Processing;
using PerfPlatform.Client.Rules;

namespace PerfPlatform.Client;

/// <summary>
/// Sends an application's metrics to PerfPlatform: custom metrics that are registered, the processing metrics of <see cref="Processing"/>, and those of any
/// other meters named when it is made. One for a process; dispose it at the end, which sends what is left.
/// </summary>
/// <example>
/// <code>
/// await using var client = new PerfPlatformClient(new PerfPlatformOptions { ServiceName = "shop", ApiKey = key });
/// client.Register(new CustomPerformanceMetric("queue.size", () => queue.Count, threshold: 1000));
/// </code>
/// </example>
public sealed class PerfPlatformClient : IAsyncDisposable
{
    /// <summary>The name of the meter that registered metrics belong to.</summary>
    public const string MeterName = "PerfPlatform.Client";

    /// <summary>How many metrics can be registered: 1000.</summary>
    public const int MaxMetrics = 1000;

    private readonly Meter _meter = new(MeterName);
    private readonly MeterProvider _provider;
    private readonly HttpClient? _http;
    private readonly RuleSynchronisation? _rules;
    private readonly Lock _gate = new();
    // Bounded by MaxMetrics; told apart by name and labels.
    private readonly Dictionary<string, CustomPerformanceMetric> _metrics = [];
    // Of each metric name its one instrument; bounded by _metrics.
    private readonly Dictionary<string, List<CustomPerformanceMetric>> _instruments = [];
    private readonly Counter<long> _failures;

    /// <summary>Starts sending.</summary>
    /// <param name="options">Where to, and as whom.</param>
    /// <param name="meters">Names of other meters to send, as <c>System.Runtime</c> or the application's own; a trailing <c>*</c> is allowed.</param>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public PerfPlatformClient(PerfPlatformOptions options, params IEnumerable<string> meters)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _failures = _meter.CreateCounter<long>("perfplatform.client.collect.failures", "{call}", "Calls of collection functions that threw or gave no finite value.");
        Processing = new ProcessingMetrics(_meter);
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter([MeterName, .. meters]).AddPerfPlatformExporter(options).Build();
        if (options.RulesAddress is not { } address)
            return;
        _http = AlertRules.Http(address, options.ApiKey);
        _rules = new RuleSynchronisation(new AlertRules(_http, options.ServiceName), TimeProvider.System);
    }

    /// <summary>Throughput, latency, errors and queues of the application's components.</summary>
    public ProcessingMetrics Processing { get; }

    /// <summary>Why thresholds could not be published last; null when they are.</summary>
    public string? LastRuleError => _rules?.LastError;

    /// <summary>Sends a metric from now on, once an interval. Its threshold, also when it changes, becomes an alert rule where a rules address is given.</summary>
    /// <param name="metric">Checked by its rules for names, units and labels; several may share a name with different labels.</param>
    /// <exception cref="ArgumentException">The metric breaks a rule, or one of this name and these labels is registered.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxMetrics"/> already.</exception>
    public void Register(CustomPerformanceMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var broken = MetricRules.OfName(metric.Name).Concat(MetricRules.OfUnit(metric.Unit)).Concat(MetricRules.OfLabels(metric.Labels)).FirstOrDefault();
        if (broken is not null)
            throw new ArgumentException(broken, nameof(metric));
        lock (_gate)
        {
            if (_metrics.Count >= MaxMetrics)
                throw new InvalidOperationException($"{MaxMetrics} metrics are registered already.");
            if (!_metrics.TryAdd(Key(metric), metric))
                throw new ArgumentException($"A metric '{metric.Name}' with these labels is registered already.", nameof(metric));
            if (_instruments.TryGetValue(metric.Name, out var sharing))
            {
                sharing.Add(metric);
            }
            else
            {
                _instruments[metric.Name] = sharing = [metric];
                _meter.CreateObservableGauge(metric.Name, () => Observe(sharing), metric.Unit, metric.Description);
            }
        }

        if (_rules is null)
            return;
        metric.ThresholdChanged += _rules.Add;
        if (metric.Threshold is not null)
            _rules.Add(metric);
    }

    /// <summary>Publishes thresholds that are not yet published, and waits for it. They are published in the background anyway.</summary>
    /// <param name="stop">Ends waiting.</param>
    /// <exception cref="HttpRequestException">The platform did not answer or did not accept; the message has its reason.</exception>
    public Task PublishThresholdsAsync(CancellationToken stop = default) => _rules?.PublishAsync(stop) ?? Task.CompletedTask;

    /// <summary>Collects and sends now.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <returns>Whether the platform took it in this time.</returns>
    public bool Flush(TimeSpan timeout) => _provider.ForceFlush((int)timeout.TotalMilliseconds);

    /// <summary>Sends what is left and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_rules is not null)
        {
            lock (_gate)
            {
                foreach (var metric in _metrics.Values)
                    metric.ThresholdChanged -= _rules.Add;
            }

            await _rules.DisposeAsync();
        }

        _provider.Dispose();
        _meter.Dispose();
        _http?.Dispose();
    }

    private List<Measurement<double>> Observe(List<CustomPerformanceMetric> sharing)
    {
        CustomPerformanceMetric[] metrics;
        lock (_gate)
            metrics = [.. sharing];
        var measured = new List<Measurement<double>>(metrics.Length);
        foreach (var metric in metrics)
        {
            var value = double.NaN;
            try
            {
                value = metric.Collect();
            }
#pragma warning disable CA1031 // A function of the application that throws must not stop the export of all others: it is counted.
            catch (Exception)
#pragma warning restore CA1031
            {
                value = double.NaN;
            }

            if (double.IsFinite(value))
                measured.Add(new Measurement<double>(value, metric.Labels.Select(label => new KeyValuePair<string, object?>(label.Key, label.Value))));
            else
                _failures.Add(1, new KeyValuePair<string, object?>("metric", metric.Name));
        }

        return measured;
    }

    private static string Key(CustomPerformanceMetric metric) =>
        string.Join('\n', [metric.Name, .. metric.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Key + "\r" + label.Value)]);
}
