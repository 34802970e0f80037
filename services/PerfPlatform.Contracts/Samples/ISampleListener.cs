using System.Diagnostics;

namespace PerfPlatform.Contracts.Samples;

/// <summary>
/// Sees every batch after it is durable: in one process called by the store after the commit, across processes by the consumer of
/// <see cref="Messages.SamplesIngested"/>. At least once, any order.
/// </summary>
public interface ISampleListener
{
    /// <summary>Must return at once: an implementation queues (bounded) and works elsewhere.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="trace">The span that hands them on, or none.</param>
    void OnSamples(SampleBatch batch, ActivityContext trace = default);
}
