using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>A time in which a component was checked and had one status.</summary>
/// <param name="Status">The status.</param>
/// <param name="From">The first check that said so.</param>
/// <param name="To">The last.</param>
public readonly record struct StatusSpan(ComponentStatus Status, DateTimeOffset From, DateTimeOffset To);
