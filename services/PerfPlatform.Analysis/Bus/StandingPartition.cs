namespace PerfPlatform.Analysis.Bus;

/// <summary>A partition with messages of which none was written for a while.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Waiting">How many messages wait.</param>
/// <param name="Finished">How many had been written before.</param>
/// <param name="Time">For how long none was.</param>
internal sealed record StandingPartition(int Partition, long Waiting, long Finished, TimeSpan Time);
