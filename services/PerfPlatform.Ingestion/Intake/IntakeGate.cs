using Microsoft.Extensions.Options;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>Bounds the bytes that are in work at a time, so that memory is bounded however many send.</summary>
internal sealed class IntakeGate(IOptions<IngestionOptions> options)
{
    private readonly long _most = options.Value.MaxInFlightBytes;
    private long _inFlight;

    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Takes room for bytes.</summary>
    /// <exception cref="IntakeBusyException">There is none.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _inFlight, bytes) <= _most) return;
        Interlocked.Add(ref _inFlight, -bytes);
        throw new IntakeBusyException();
    }

    /// <summary>Gives room back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _inFlight, -bytes);
}
