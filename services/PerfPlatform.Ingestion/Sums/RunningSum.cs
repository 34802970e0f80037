using System.Buffers.Binary;

namespace PerfPlatform.Ingestion.Sums;

/// <summary>What the deltas of one series add up to. Not for several threads without a lock.</summary>
internal struct RunningSum()
{
    private const int Size = 24;

    /// <summary>The time of the newest point, Unix milliseconds.</summary>
    public long LastTime = long.MinValue;

    /// <summary>The time of the first.</summary>
    public long Began;

    private double _total;

    /// <summary>Reads what <see cref="ToBytes"/> wrote; anything else is a sum that has not begun.</summary>
    public static RunningSum Read(ReadOnlySpan<byte> bytes) => bytes.Length != Size ? new() : new()
    {
        LastTime = BinaryPrimitives.ReadInt64LittleEndian(bytes),
        Began = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        _total = BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..]),
    };

    /// <summary>
    /// Adds a delta. A point that comes again with the last time (a retry) answers the same sum; an older one cannot be placed.
    /// </summary>
    /// <param name="time">The point's time.</param>
    /// <param name="delta">What was added.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="first">Whether the sum begins with this point: whatever was stored before is of another sum.</param>
    public bool TryAdd(long time, double delta, out double sum, out bool first)
    {
        (sum, first) = (_total, false);
        if (time < LastTime) return false;
        if (LastTime == long.MinValue) Began = time;
        if (time > LastTime) (LastTime, _total) = (time, _total + delta);
        (sum, first) = (_total, time == Began);
        return true;
    }

    /// <summary>For another instance of intake to go on with.</summary>
    public readonly byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, LastTime);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Began);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), _total);
        return bytes;
    }
}
