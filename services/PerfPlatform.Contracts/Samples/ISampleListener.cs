namespace PerfPlatform.Contracts.Samples;

/// <summary>
/// Sees every batch after it is durable: in one process called by the store after the commit, across processes by the consumer of
/// <see cref="Messages.SamplesIngested"/>. At least once, any order.
/// </summary>
public interface ISampleListener
{
    /// <summary>Must return at once: an implementation queues (bounded) and works elsewhere.</summary>
    void OnSamples(SampleBatch batch);
}
