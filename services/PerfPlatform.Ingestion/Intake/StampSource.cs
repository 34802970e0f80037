using System.Security.Cryptography;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>Stamps of this intake instance.</summary>
internal sealed class StampSource
{
    private readonly uint _instance = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
    private long _sequence;

    /// <summary>The next stamp.</summary>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public BatchStamp Next(long receivedAt) => new(receivedAt, _instance, Interlocked.Increment(ref _sequence));
}
