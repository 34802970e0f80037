namespace PerfPlatform.Analysis.Bus;

/// <summary>Finds partitions that stand: messages wait, and none was written since some time. Knows no clock.</summary>
internal sealed class StandingPartitions(TimeSpan patience)
{
    // Bounded by the partitions.
    private readonly Dictionary<int, (long Finished, TimeSpan Since)> _seen = [];

    /// <summary>Takes what there is now, of every partition that is written here; answers with those that stand.</summary>
    /// <param name="partitions">How many messages wait, in the queue and in hand, and how many were written by now.</param>
    /// <param name="now">The time, from any beginning.</param>
    public IReadOnlyList<StandingPartition> Look(IReadOnlyList<(int Partition, long Waiting, long Finished)> partitions, TimeSpan now)
    {
        var standing = new List<StandingPartition>();
        foreach (var gone in _seen.Keys.Except(partitions.Select(p => p.Partition)).ToList()) _seen.Remove(gone);
        foreach (var (partition, waiting, finished) in partitions)
        {
            if (waiting == 0 || !_seen.TryGetValue(partition, out var seen) || seen.Finished != finished) _seen[partition] = (finished, now);
            else if (now - seen.Since >= patience) standing.Add(new StandingPartition(partition, waiting, finished, now - seen.Since));
        }

        return standing;
    }
}
