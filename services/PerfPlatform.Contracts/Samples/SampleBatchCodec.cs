namespace PerfPlatform.Contracts.Samples;

/// <summary>The versioned binary form of a <see cref="SampleBatch"/>, as it travels on the bus and rests in the inbox.</summary>
public static class SampleBatchCodec
{
    /// <summary>Writes a batch.</summary>
    public static byte[] Encode(SampleBatch batch) => throw new NotSupportedException(batch.ToString());

    /// <summary>Reads a batch.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a batch of a version that is known.</exception>
    public static SampleBatch Decode(ReadOnlySpan<byte> bytes) => throw new NotSupportedException(bytes.ToString());
}
