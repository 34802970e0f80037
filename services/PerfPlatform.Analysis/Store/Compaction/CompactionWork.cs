using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Rollups;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>One round over the hours that are due.</summary>
internal sealed partial class CompactionWork(
    PartitionSet partitions, CompactionBacklog backlog, CompactionCandidates candidates, CompactionMerge merge, ChunkRewrite rewrite, RollupCoverage coverage, IOptions<StoreOptions> options,
    TimeProvider clock, ILogger<CompactionWork> logger)
{
    private string _held = "";

    /// <summary>Merges and rolls up what is due; returns how many segments were replaced.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var oldest = now - (long)options.Value.RawRetention.TotalMilliseconds;
        LookEverywhereAfterTakeOver(oldest, now);
        long total = 0;
        foreach (var (hour, version) in backlog.Due(now, oldest))
        {
            var replaced = await MergeAsync(hour, cancellationToken);
            total += replaced;
            backlog.Done(hour, version);
            var start = DateTimeOffset.FromUnixTimeMilliseconds(hour);
            if (replaced > 0) LogMerged(logger, start, replaced);
            await rewrite.RunAsync(hour, cancellationToken);
        }

        return total;
    }

    /// <summary>A partition that was written elsewhere, or before the start, may have left small segments, or hours without roll-ups, in any hour.</summary>
    private void LookEverywhereAfterTakeOver(long oldest, long now)
    {
        var held = coverage.Leases();
        if (held == _held) return;
        _held = held;
        if (held.Length > 0) backlog.Suspect(oldest, now);
        coverage.Looked(held);
    }

    private async Task<long> MergeAsync(long hour, CancellationToken cancellationToken)
    {
        long replaced = 0;
        int? after = 0;
        while (after is { } from)
        {
            (var portions, after) = await candidates.ReadAsync(hour, from, cancellationToken);
            foreach (var portion in portions)
            {
                var partition = partitions[portion.Partition];

                // One that is not here is merged where it is written, or after its lease has come.
                if (partition.WritableEpoch == 0) continue;
                backlog.Confirm(hour);
                replaced += await merge.RunAsync(partition, hour, portion, cancellationToken);
            }
        }

        return replaced;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The hour from {Hour:u} is merged: {Segments} segments were replaced")]
    private static partial void LogMerged(ILogger logger, DateTimeOffset hour, long segments);
}
