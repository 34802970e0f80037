namespace PerfPlatform.Contracts.Samples;

/// <summary>Where intake hands its batches. One implementation writes the store's inbox, the other publishes to the durable queue of Analysis.</summary>
public interface ISampleSink
{
    /// <summary>How many partitions the batches must be split into; constant while the process runs.</summary>
    int Partitions { get; }

    /// <summary>Returns when every batch is durable.</summary>
    /// <exception cref="SinkUnavailableException">The batches could not be made durable now; the sender must retry.</exception>
    Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken);
}
