namespace PerfPlatform.Contracts.Series;

/// <summary>All that is known of a series when it first arrives. Equal series have equal <see cref="Fingerprint"/>s; unit, kind and metadata do not identify.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels that identify the series within the metric.</param>
/// <param name="Kind">What the values are.</param>
/// <param name="Unit">The unit in UCUM as OpenTelemetry writes it (<c>1</c>, <c>By</c>, <c>s</c>), empty when unknown.</param>
/// <param name="Metadata">What the resource says besides: attributes that describe and do not identify.</param>
public sealed record SeriesDescriptor(MetricName Metric, LabelSet Labels, MetricKind Kind, string Unit, LabelSet Metadata)
{
    /// <summary>The identity of the series.</summary>
    public Fingerprint Fingerprint { get; } = Fingerprint.Of(Metric, Labels);

    /// <summary>A series of which only the identity is known.</summary>
    public static SeriesDescriptor Of(string metric, LabelSet labels, MetricKind kind = MetricKind.Unknown, string unit = "") =>
        new(MetricName.Parse(metric), labels, kind, unit, LabelSet.Empty);
}
