namespace PerfPlatform.Analysis.Queries;

/// <summary>What a replica asks another one.</summary>
/// <param name="Partitions">The partitions that the other one is believed to write.</param>
/// <param name="Series">The ids of series of these partitions.</param>
/// <param name="From">Unix milliseconds, inclusive.</param>
/// <param name="To">Unix milliseconds, exclusive.</param>
internal sealed record PeerQuestion(IReadOnlyList<int> Partitions, IReadOnlyList<int> Series, long From, long To);
