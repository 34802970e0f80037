namespace PerfPlatform.Analysis.Queries;

/// <summary>Samples of one series in two columns, by time. Grows and is used again for the next series.</summary>
internal sealed class SampleColumns
{
    private long[] _times = new long[1024];
    private double[] _values = new double[1024];

    public int Count { get; private set; }

    /// <summary>How many samples there is room for.</summary>
    public int Capacity => _times.Length;

    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(long time, double value)
    {
        Reserve(1);
        (_times[Count], _values[Count]) = (time, value);
        Count++;
    }

    /// <summary>Room for samples at the end, which the caller fills and then keeps some of by <see cref="Commit"/>.</summary>
    public void Reserve(int count, out Span<long> times, out Span<double> values)
    {
        Reserve(count);
        times = _times.AsSpan(Count, count);
        values = _values.AsSpan(Count, count);
    }

    /// <summary>Keeps those of the reserved samples that lie in the range (they ascend).</summary>
    public void Commit(int count, long from, long to)
    {
        var times = _times.AsSpan(Count, count);
        var first = LowerBound(times, from);
        var end = LowerBound(times, to);
        if (first > 0)
        {
            times[first..end].CopyTo(times);
            _values.AsSpan(Count + first, end - first).CopyTo(_values.AsSpan(Count));
        }

        Count += end - first;
    }

    /// <summary>Replaces everything.</summary>
    public void Set(int count) => Count = count;

    public Span<long> WritableTimes => _times.AsSpan(0, Count);

    public Span<double> WritableValues => _values.AsSpan(0, Count);

    /// <summary>The index of the first time that is not before another.</summary>
    public static int LowerBound(ReadOnlySpan<long> times, long time)
    {
        int low = 0, high = times.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Reserve(int count)
    {
        if (Count + count <= _times.Length) return;
        var size = Math.Max(Count + count, _times.Length * 2);
        Array.Resize(ref _times, size);
        Array.Resize(ref _values, size);
    }
}
