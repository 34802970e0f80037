namespace PerfPlatform.Contracts.Messages;

/// <summary>Batches of one partition, each as <see cref="Samples.SampleBatchCodec"/> wrote it. Published with the partition as routing key.</summary>
public sealed record SamplesIngested
{
    /// <summary>The partition of every batch in the message.</summary>
    public required int Partition { get; init; }

    /// <summary>At most 256 kB together, or one larger batch.</summary>
    public required IReadOnlyList<byte[]> Batches { get; init; }
}
