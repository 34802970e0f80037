namespace PerfPlatform.Reports.Content;

/// <summary>One host.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Score">0 to 100 over the period, or null when unknown.</param>
/// <param name="Metrics">Its metrics.</param>
public sealed record HostSection(string Host, double? Score, IReadOnlyList<MetricSection> Metrics);
