using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The process's own metrics, collected when they are asked for: <c>/metrics</c>.</summary>
public sealed class OwnMetrics : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Exporter _exporter = new();

    /// <summary>An own reader of the meters of the process.</summary>
    public OwnMetrics() => Reader = new BaseExportingMetricReader(_exporter);

    internal MetricReader Reader { get; }

    /// <summary>All metrics now, in the Prometheus text format.</summary>
    public string Collect()
    {
        lock (_lock)
        {
            _exporter.Text.Clear();
            Reader.Collect();
            return _exporter.Text.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Reader.Dispose();
        _exporter.Dispose();
    }

    private sealed class Exporter : BaseExporter<Metric>
    {
        public StringBuilder Text { get; } = new();

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch) PrometheusTextWriter.Write(metric, Text);
            return ExportResult.Success;
        }
    }
}
