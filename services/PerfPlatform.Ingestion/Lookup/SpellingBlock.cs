// Hot file: every series of every request is compared with bytes of a block.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// Spellings in the order in which they came: their bytes one straight after the other, their records beside them. Senders repeat their order, so what
/// the next series of a request needs are the next cache lines, which the processor fetches by itself. Bytes are never written over: a reader that holds
/// a record may compare them at any time. Changes come from one thread at a time.
/// </summary>
internal sealed class SpellingBlock
{
    /// <summary>How many spellings a block has room for; with the bytes, both arrays stay out of the large object heap.</summary>
    public const int MaxRecords = 512;

    /// <summary>For the bytes of 150 or so that a series usually has, there are enough records.</summary>
    public const int MaxBytes = 64 << 10;

    // A longer spelling gets a block of its own, so that at most a quarter of a block stays empty.
    private const int LongSpelling = MaxBytes / 4;

    private readonly byte[] _bytes;
    private int _usedBytes;
    private int _liveBytes;
    private int _liveRecords;

    private SpellingBlock(int number, int bytes, int records)
    {
        Number = number;
        _bytes = GC.AllocateUninitializedArray<byte>(bytes);
        Records = new SpellingRecord[records];
    }

    /// <summary>Its place in the table of blocks.</summary>
    public int Number { get; }

    /// <summary>Those that are, and places for more.</summary>
    public SpellingRecord[] Records { get; }

    /// <summary>How many records were ever made.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it is worth its memory: at least a fifth of it serves spellings that are not forgotten. One that is full of the shortest does.</summary>
    public bool IsWorthwhile => Cost(_liveBytes, _liveRecords) * 5 >= Cost(_bytes.Length, Records.Length);

    /// <summary>An empty block for a spelling and what comes after it.</summary>
    public static SpellingBlock For(int number, int length) => length > LongSpelling ? new(number, length, 1) : new(number, MaxBytes, MaxRecords);

    /// <summary>The bytes of a record.</summary>
    public ReadOnlySpan<byte> BytesOf(int index) => _bytes.AsSpan(Records[index].Start, Records[index].Length);

    /// <summary>Adds a spelling; false when the block is full.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes, CachedSeries series, int generation, int next, out int index)
    {
        index = Count;
        if (index == Records.Length || bytes.Length > _bytes.Length - _usedBytes) return false;
        bytes.CopyTo(_bytes.AsSpan(_usedBytes));
        ref var record = ref Records[index];
        (record.Start, record.Length, record.Next) = (_usedBytes, bytes.Length, next);
        (record.Generation, record.Partition) = (generation, series.Partition);
        // From here on whoever guesses it may find it.
        Volatile.Write(ref record.Series, series);
        Count++;
        _usedBytes += bytes.Length;
        _liveBytes += bytes.Length;
        _liveRecords++;
        return true;
    }

    /// <summary>Forgets a spelling.</summary>
    public void Forget(int index)
    {
        ref var record = ref Records[index];
        Volatile.Write(ref record.Series, null);
        _liveBytes -= record.Length;
        _liveRecords--;
    }

    /// <summary>Whether a message begins with the bytes of a record, which may not be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Begins(ReadOnlySpan<byte> message, int index, [NotNullWhen(true)] out CachedSeries? series, out int length)
    {
        var records = Records;
        if ((uint)index < (uint)records.Length)
        {
            ref var record = ref records[index];
            series = Volatile.Read(ref record.Series);
            if (series is not null)
            {
                length = record.Length;
                return message.StartsWith(_bytes.AsSpan(record.Start, length));
            }
        }

        (series, length) = (null, 0);
        return false;
    }

    private static long Cost(int bytes, int records) => bytes + ((long)records * Unsafe.SizeOf<SpellingRecord>());
}
