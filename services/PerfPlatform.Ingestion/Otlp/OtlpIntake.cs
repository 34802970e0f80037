// Hot file: every data point of OTLP passes here. Known series cost no allocation but the batch's columns.
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// Takes an <c>ExportMetricsServiceRequest</c> in: <c>repeated ResourceMetrics = 1</c>, of <c>Resource resource = 1; repeated ScopeMetrics = 2</c>,
/// of <c>InstrumentationScope scope = 1; repeated Metric metrics = 2</c>. The schema's URL (3) is no label. Transports (HTTP, gRPC) hand their bytes here.
/// </summary>
internal sealed class OtlpIntake(OtlpResources resources)
{
    private readonly OtlpBucketsOfSeries _buckets = new();

    /// <summary>Reads a body.</summary>
    /// <exception cref="IntakeFormatException">It is not such a request.</exception>
    public void Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var series = new OtlpSeries(request);
        var points = new OtlpPoints(request, series, _buckets);
        var reader = new ProtoReader(body);
        while (OtlpAttributes.TryReadNext(ref reader, 1, out var resourceMetrics)) ReadResource(resourceMetrics, series, points);
        if (reader.Failed) throw Malformed();
    }

    internal static IntakeFormatException Malformed() => new("The body is not an OTLP ExportMetricsServiceRequest in protobuf.");

    private void ReadResource(ReadOnlySpan<byte> resourceMetrics, OtlpSeries series, OtlpPoints points)
    {
        // The resource may be written after its metrics.
        scoped ReadOnlySpan<byte> resource = default;
        var reader = new ProtoReader(resourceMetrics);
        while (OtlpAttributes.TryReadNext(ref reader, 1, out var found)) resource = found;
        if (reader.Failed) throw Malformed();

        series.Resource = resources.Of(resource) ?? throw Malformed();
        reader = new ProtoReader(resourceMetrics);
        while (OtlpAttributes.TryReadNext(ref reader, 2, out var scopeMetrics))
        {
            // The scope too.
            scoped ReadOnlySpan<byte> scopeBytes = default;
            var scope = new ProtoReader(scopeMetrics);
            while (OtlpAttributes.TryReadNext(ref scope, 1, out var found)) scopeBytes = found;
            if (scope.Failed || !series.TryScope(scopeBytes)) throw Malformed();
            scope = new ProtoReader(scopeMetrics);
            while (OtlpAttributes.TryReadNext(ref scope, 2, out var bytes))
            {
                if (!OtlpMetric.TryRead(bytes, out var metric)) throw Malformed();
                ReadMetric(metric, points);
            }

            if (scope.Failed) throw Malformed();
        }
    }

    private static void ReadMetric(in OtlpMetric metric, OtlpPoints points)
    {
        if (!OtlpData.TryRead(metric.Data, out var data)) throw Malformed();
        if (points.IsAsking && data.Temporality != OtlpData.Delta) return;
        var temporal = metric.Kind is OtlpMetric.Sum or OtlpMetric.Histogram or OtlpMetric.ExponentialHistogram;
        if (temporal && data.Temporality is not (OtlpData.Delta or OtlpData.Cumulative))
        {
            points.Refuse(metric, data, "aggregation_temporality is neither delta nor cumulative");
            return;
        }

        points.Begin(metric, data);
        var reader = new ProtoReader(metric.Data);
        while (OtlpAttributes.TryReadNext(ref reader, 1, out var bytes))
        {
            if (!points.TryRead(bytes, metric.Kind)) throw Malformed();
        }
    }
}
