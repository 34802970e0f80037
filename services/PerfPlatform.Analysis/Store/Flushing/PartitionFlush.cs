using System.Diagnostics;
using PerfPlatform.Analysis.Store.Inbox;
using PerfPlatform.Analysis.Store.Partitions;

namespace PerfPlatform.Analysis.Store.Flushing;

/// <summary>Writes what a partition's head holds, oldest generation first, and forgets each once it is committed.</summary>
internal sealed class PartitionFlush(SegmentWriter writer, StoreTelemetry telemetry, TimeProvider clock) : IDisposable
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
                    telemetry.Flushed(segments, clock.GetElapsedTime(start));
                    partition.Head.Drop(generation);
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
