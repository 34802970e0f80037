using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>A metric's name and what is known of it.</summary>
/// <param name="Metric">The name.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Unit">UCUM, empty when unknown.</param>
/// <param name="Series">How many series it has.</param>
public sealed record MetricInfo(string Metric, MetricKind Kind, string Unit, long Series);
