using System.Diagnostics;
using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Recent;

namespace PerfPlatform.Analysis.Store.Flushing;

/// <summary>Writes what a partition's head holds, oldest generation first, and forgets each once it is committed.</summary>
internal sealed class PartitionFlush(SegmentWriter writer, RecentMerge merge, StoreTelemetry telemetry, IOptions<StoreOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1); // the writer's buffers serve one at a time

    /// <summary>Returns when everything that was in the head at the call is in segments.</summary>
    public async Task RunAsync(Partition partition, CancellationToken cancellationToken)
    {
        await partition.Writing.WaitAsync(cancellationToken);
        try
        {
            var epoch = partition.HeldEpoch;
            if (epoch == 0) return;
            foreach (var generation in partition.Head.Freeze())
            {
                await _one.WaitAsync(cancellationToken);
                try
                {
                    using var activity = StoreTelemetry.Source.StartActivity("store flush");
                    activity?.SetTag("partition", partition.Number);
                    activity?.SetTag("samples", generation.Samples);
                    var start = clock.GetTimestamp();
                    var segments = await writer.WriteAsync(partition.Number, epoch, generation, cancellationToken);
                    telemetry.Flushed(segments?.Segments ?? 0, clock.GetElapsedTime(start));

                    // In memory before the head forgets them: a query looks there in the opposite order.
                    if (segments is not null) partition.Recent.Add(segments, (clock.GetUtcNow() - options.Value.RawRetention).ToUnixTimeMilliseconds());
                    partition.Head.Drop(generation);
                    merge.Run(partition.Recent);
                }
                catch (Exception e) when (e is LeaseLostException or CommitDoubtfulException)
                {
                    Activity.Current?.SetStatus(ActivityStatusCode.Error, e.Message);
                    partition.Invalidate();
                    throw;
                }
                finally
                {
                    _one.Release();
                }
            }
        }
        finally
        {
            partition.Writing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();
}
