using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>A series as the registry knows it.</summary>
/// <param name="Id">The registry's id, never reused.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels that identify it.</param>
/// <param name="Unit">UCUM, empty when unknown.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="LastSeen">The time of its newest sample, or null when none is kept.</param>
public sealed record SeriesInfo(int Id, string Metric, LabelSet Labels, string Unit, MetricKind Kind, DateTimeOffset? LastSeen);
