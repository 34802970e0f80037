using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>A series as the registry holds it in memory.</summary>
/// <param name="Id">The registry's id, never reused.</param>
/// <param name="Fingerprint">Its identity.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels that identify it.</param>
/// <param name="Unit">UCUM, empty when unknown.</param>
/// <param name="Kind">What its values are.</param>
public sealed record SeriesEntry(int Id, Fingerprint Fingerprint, string Metric, LabelSet Labels, string Unit, MetricKind Kind)
{
    /// <summary>Whether a descriptor that arrives knows more than what is stored.</summary>
    internal bool IsImprovedBy(SeriesDescriptor descriptor) =>
        (Kind == MetricKind.Unknown && descriptor.Kind != MetricKind.Unknown) || (Unit.Length == 0 && descriptor.Unit.Length > 0);
}
