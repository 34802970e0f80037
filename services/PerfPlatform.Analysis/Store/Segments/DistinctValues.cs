namespace PerfPlatform.Analysis.Store.Segments;

// Hot: samples that are no decimals pass here when their hour is merged.

/// <summary>The different doubles of a column, ascending, and for each sample its place among them. Valid until the next collection.</summary>
internal sealed class DistinctValues
{
    /// <summary>More different values are never collected.</summary>
    private const int Most = 4096;

    private readonly int[] _slots = new int[4 * Most]; // index + 1 of the value that hashes there
    private readonly double[] _values = new double[Most];
    private readonly long[] _keys = new long[Most];
    private readonly int[] _indices = new int[Most];
    private readonly int[] _ranks = new int[Most];
    private long[] _places = new long[256];
    private int _count;
    private int _samples;

    public ReadOnlySpan<double> Values => _values.AsSpan(0, _count);

    public ReadOnlySpan<long> Places => _places.AsSpan(0, _samples);

    /// <summary>False where there are more than <paramref name="limit"/> different values.</summary>
    public bool TryCollect(ReadOnlySpan<double> values, int limit)
    {
        limit = Math.Min(limit, Most);
        if (_places.Length < values.Length) _places = new long[values.Length];
        _slots.AsSpan().Clear();
        (_count, _samples) = (0, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var index = IndexOf(OrderedBits.Turn(BitConverter.DoubleToInt64Bits(values[i])), limit);
            if (index < 0) return false;
            _places[i] = index;
        }

        for (var i = 0; i < _count; i++) _indices[i] = i;
        _keys.AsSpan(0, _count).Sort(_indices.AsSpan(0, _count));
        for (var i = 0; i < _count; i++)
        {
            _ranks[_indices[i]] = i;
            _values[i] = BitConverter.Int64BitsToDouble(OrderedBits.Turn(_keys[i]));
        }

        for (var i = 0; i < values.Length; i++) _places[i] = _ranks[_places[i]];
        return true;
    }

    private int IndexOf(long key, int limit)
    {
        var slot = (int)(((ulong)key * 0x9E37_79B9_7F4A_7C15) >> 50);
        while (_slots[slot] != 0)
        {
            var index = _slots[slot] - 1;
            if (_keys[index] == key) return index;
            slot = (slot + 1) & (_slots.Length - 1);
        }

        if (_count == limit) return -1;
        _keys[_count] = key;
        _slots[slot] = _count + 1;
        return _count++;
    }
}
