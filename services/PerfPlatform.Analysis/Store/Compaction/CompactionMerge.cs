using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Rollups;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>Carries out one portion, and goes on without a series whose segments are damaged.</summary>
internal sealed partial class CompactionMerge(
    CompactionTransaction transaction, CompactionPace pace, RollupCoverage coverage, StoreTelemetry telemetry, TimeProvider clock, ILogger<CompactionMerge> logger)
{
    /// <summary>Returns how many segments were replaced, after the rest that the pace asks for.</summary>
    public async Task<int> RunAsync(Partition partition, long hour, CompactionPortion portion, CancellationToken cancellationToken)
    {
        using var activity = StoreTelemetry.Source.StartActivity("store compaction");
        activity?.SetTag("partition", partition.Number);
        activity?.SetTag("series", portion.SeriesIds.Count + portion.SingleIds.Count);
        var start = clock.GetTimestamp();
        int replaced;
        try
        {
            replaced = await MergeAsync(partition, hour, [.. portion.SeriesIds], [.. portion.SingleIds], cancellationToken);
        }
        catch (InvalidDataException)
        {
            replaced = 0;
            foreach (var id in portion.SeriesIds) replaced += await MergeAloneAsync(partition, hour, id, [id], [], cancellationToken);
            foreach (var id in portion.SingleIds) await MergeAloneAsync(partition, hour, id, [], [id], cancellationToken);
        }

        var duration = clock.GetElapsedTime(start);
        telemetry.Merged(replaced, duration);
        await pace.WaitAsync(replaced, duration, cancellationToken);
        return replaced;
    }

    private async Task<int> MergeAloneAsync(Partition partition, long hour, int seriesId, int[] several, int[] single, CancellationToken cancellationToken)
    {
        try
        {
            return await MergeAsync(partition, hour, several, single, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            // It stays as it is: a query says what is wrong with it, and retention takes it.
            coverage.Distrust(hour);
            LogDamaged(logger, seriesId, e.Message);
            return 0;
        }
    }

    private Task<int> MergeAsync(Partition partition, long hour, int[] several, int[] single, CancellationToken cancellationToken) =>
        transaction.MergeAsync(partition.Number, partition.WritableEpoch, hour, several, single, cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "The segments of series {Series} cannot be merged and stay as they are: {Reason}")]
    private static partial void LogDamaged(ILogger logger, int series, string reason);
}
