using System.Diagnostics;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>Batches of one sender that wait for their commit, each with the bytes that go into the inbox.</summary>
internal sealed class InboxRequest(IReadOnlyList<SampleBatch> batches, IReadOnlyList<ReadOnlyMemory<byte>> payloads, IReadOnlyList<ActivityContext> traces)
{
    public IReadOnlyList<SampleBatch> Batches { get; } = batches;

    public IReadOnlyList<ReadOnlyMemory<byte>> Payloads { get; } = payloads;

    public long Bytes { get; } = payloads.Sum(p => (long)p.Length);

    public IReadOnlyList<ActivityContext> Traces { get; } = traces;

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
