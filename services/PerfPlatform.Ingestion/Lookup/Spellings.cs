// Hot file: every series of every request is looked up here. Finding allocates nothing, takes no lock and sees no string.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// The spellings of series, in blocks. Any number of threads find while one at a time changes: the owner holds its lock around each change. A position
/// is a block's number and an index in it; one that is out of date leads to nothing or to other bytes, which the comparison shows.
/// </summary>
/// <param name="most">How many are remembered.</param>
internal sealed class Spellings(long most)
{
    private const int IndexBits = 9;
    private const int IndexMask = SpellingBlock.MaxRecords - 1;

    // All bounded by the greatest number of spellings; a block goes when most of it is forgotten.
    private readonly ConcurrentDictionary<SeriesKey, int> _positions = new();
    private readonly Stack<int> _freeNumbers = new();
    private SpellingBlock?[] _blocks = new SpellingBlock?[16];

    // Requests that bring new series at the same time fill blocks of their own (mostly: threads share four), or their series would lie interleaved.
    private readonly SpellingBlock?[] _open = new SpellingBlock?[4];
    private int _blockCount;
    private long _count;

    /// <summary>How many blocks there are.</summary>
    public int Blocks => _blockCount - _freeNumbers.Count;

    /// <summary>Finds a spelling by all its bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="last">The one found before in the same request; what followed it the last time is tried first.</param>
    /// <param name="found">Where it lies.</param>
    /// <param name="series">Its series.</param>
    public bool TryFind(ReadOnlySpan<byte> bytes, Spelling last, out Spelling found, [NotNullWhen(true)] out CachedSeries? series)
    {
        if (TryFindNext(bytes, last, out found, out series, out var length) && length == bytes.Length) return true;
        // The hash finds, the bytes decide.
        if (_positions.TryGetValue(SeriesKey.Of(bytes), out var position))
        {
            found = At(position);
            if (!found.IsNone && found.Block.Begins(bytes, found.Index, out series, out length) && length == bytes.Length)
            {
                if (!last.IsNone) Volatile.Write(ref last.Record.Next, position);
                return true;
            }
        }

        (found, series) = (default, null);
        return false;
    }

    /// <summary>Whether a message begins with the spelling that followed another one the last time.</summary>
    public bool TryFindNext(ReadOnlySpan<byte> message, Spelling last, out Spelling found, [NotNullWhen(true)] out CachedSeries? series, out int length)
    {
        if (!last.IsNone)
        {
            found = At(Volatile.Read(ref last.Record.Next));
            if (!found.IsNone && found.Block.Begins(message, found.Index, out series, out length)) return true;
        }

        (found, series, length) = (default, null, 0);
        return false;
    }

    /// <summary>Remembers a spelling unless there are too many.</summary>
    public void Add(ReadOnlySpan<byte> bytes, CachedSeries series, int generation)
    {
        if (_count >= most) return;
        var key = SeriesKey.Of(bytes);
        if (_positions.ContainsKey(key)) return;
        Place(key, bytes, series, generation);
        _count++;
    }

    /// <summary>Gives spellings another series where <paramref name="replaced"/> has one; they ask it for its id.</summary>
    public void Replace(IReadOnlyDictionary<CachedSeries, CachedSeries> replaced)
    {
        foreach (var block in _blocks)
        {
            for (var i = 0; i < block?.Count; i++)
            {
                ref var record = ref block.Records[i];
                if (record.Series is not { } old || !replaced.TryGetValue(old, out var series)) continue;
                Volatile.Write(ref record.IdOfEpoch, 0);
                Volatile.Write(ref record.Series, series);
            }
        }
    }

    /// <summary>Lets every spelling ask its series for the id again.</summary>
    public void ForgetIds()
    {
        foreach (var block in _blocks)
        {
            for (var i = 0; i < block?.Count; i++) Volatile.Write(ref block.Records[i].IdOfEpoch, 0);
        }
    }

    /// <summary>Copies the id that the series now has.</summary>
    public static void CopyId(Spelling spelling, CachedSeries series)
    {
        ref var record = ref spelling.Record;
        if (ReferenceEquals(record.Series, series)) Volatile.Write(ref record.IdOfEpoch, series.IdOfEpoch);
    }

    /// <summary>Tells the series in which generation their spellings came, and forgets spellings that did not come since <paramref name="oldest"/>.</summary>
    public void Age(int oldest)
    {
        // What moves goes to open blocks, which stay as they are; new ones may come while we look.
        for (var number = 0; number < _blockCount; number++)
        {
            if (_blocks[number] is not { } block) continue;
            for (var i = 0; i < block.Count; i++)
            {
                ref var record = ref block.Records[i];
                if (record.Series is not { } series) continue;
                // Read once: a mark that is set in between would keep the spelling while its series is forgotten.
                var came = Volatile.Read(ref record.Generation);
                if (came < oldest) Forget(block, i);
                else if (series.Generation < came) series.Generation = came;
            }

            if (!block.IsWorthwhile && Array.IndexOf(_open, block) < 0) Dissolve(block);
        }
    }

    private Spelling At(int position)
    {
        var blocks = Volatile.Read(ref _blocks);
        var number = position >> IndexBits;
        return (uint)number < (uint)blocks.Length && blocks[number] is { } block ? new Spelling(block, position & IndexMask) : default;
    }

    private void Forget(SpellingBlock block, int index)
    {
        _positions.TryRemove(SeriesKey.Of(block.BytesOf(index)), out _);
        block.Forget(index);
        _count--;
    }

    // What is left moves to an open block; who holds a position of it looks the bytes up once.
    private void Dissolve(SpellingBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            ref var record = ref block.Records[i];
            if (record.Series is not { } series) continue;
            var bytes = block.BytesOf(i);
            Place(SeriesKey.Of(bytes), bytes, series, record.Generation);
            block.Forget(i);
        }

        Volatile.Write(ref _blocks[block.Number], null);
        _freeNumbers.Push(block.Number);
    }

    private void Place(SeriesKey key, ReadOnlySpan<byte> bytes, CachedSeries series, int generation)
    {
        ref var open = ref _open[Environment.CurrentManagedThreadId % _open.Length];
        var block = open;
        int index;
        // Until a request says otherwise, the next to come is the guess.
        while (block is null || !block.TryAdd(bytes, series, generation, Position(block, block.Count + 1), out index))
        {
            block = NewBlock(bytes.Length);
            // One that is full at once is not worth to be open.
            if (block.Records.Length > 1) open = block;
        }

        _positions[key] = Position(block, index);
    }

    private static int Position(SpellingBlock block, int index) => (block.Number << IndexBits) | (index & IndexMask);

    private SpellingBlock NewBlock(int length)
    {
        if (!_freeNumbers.TryPop(out var number)) number = _blockCount++;
        if (number == _blocks.Length)
        {
            var larger = new SpellingBlock?[_blocks.Length * 2];
            _blocks.CopyTo(larger, 0);
            Volatile.Write(ref _blocks, larger);
        }

        var block = SpellingBlock.For(number, length);
        Volatile.Write(ref _blocks[number], block);
        return block;
    }
}
