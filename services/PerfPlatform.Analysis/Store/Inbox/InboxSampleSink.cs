using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>Intake's way into the store where both are in one process.</summary>
internal sealed class InboxSampleSink(InboxWriter inbox) : ISampleSink
{
    public int Partitions => inbox.Partitions;

    public Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken) => inbox.WriteAsync(batches, cancellationToken);
}
