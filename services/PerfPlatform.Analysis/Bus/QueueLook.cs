namespace PerfPlatform.Analysis.Bus;

/// <summary>The queues at one moment.</summary>
/// <param name="DeadLetters">How many messages lie with the dead letters.</param>
/// <param name="Standing">Partitions of this process that stand.</param>
internal sealed record QueueLook(long DeadLetters, IReadOnlyList<StandingPartition> Standing);
