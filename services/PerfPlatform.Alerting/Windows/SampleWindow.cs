using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Alerting.Windows;

/// <summary>
/// The newest samples of one series for one rule, sorted by time, each time once. Hot: no allocation but when it grows.
/// A sample that comes late is put in its place; one of a time that is there replaces it.
/// </summary>
public sealed class SampleWindow
{
    /// <summary>The most samples kept; beyond it the oldest go, so that a window of very dense samples covers less time than asked.</summary>
    public const int MaxSamples = 16_384;

    // Bounded by MaxSamples, plus the room that saves moving them at every trim.
    private long[] _times = new long[16];
    private double[] _values = new double[16];
    private int _start;
    private int _end;

    /// <summary>How many samples it has.</summary>
    public int Count => _end - _start;

    /// <summary>Their times, ascending.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(_start, Count);

    /// <summary>Their values, in the same order.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(_start, Count);

    /// <summary>Counts what was put in: as long as it is the same, so are the samples, but for those that were trimmed.</summary>
    public int Version { get; private set; }

    /// <summary>Puts a sample in its place.</summary>
    public void Add(long time, double value)
    {
        Version++;
        if (Count > 0 && time <= _times[_end - 1])
        {
            Insert(time, value);
            return;
        }

        MakeRoom();
        _times[_end] = time;
        _values[_end++] = value;
    }

    /// <summary>Drops the samples that are at or before a time, but keeps the newest of them that is no NaN: counters need the one before the window.</summary>
    public void Trim(long upTo)
    {
        var keep = FirstAfter(upTo) - 1;
        while (keep > 0 && double.IsNaN(_values[_start + keep]) && !StaleMarker.Is(_values[_start + keep])) keep--;
        if (keep > 0) _start += keep;
    }

    /// <summary>The index of the first sample after a time, <see cref="Count"/> when there is none.</summary>
    public int FirstAfter(long time)
    {
        int low = _start, high = _end;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_times[middle] <= time) low = middle + 1;
            else high = middle;
        }

        return low - _start;
    }

    /// <summary>Until when, exclusive, the samples after <paramref name="from"/> up to and with <paramref name="to"/> are the same if both move on together.</summary>
    public long SameUntil(long from, long to)
    {
        var (leaving, coming) = (FirstAfter(from), FirstAfter(to));
        var leaves = leaving < Count ? Times[leaving] - from : long.MaxValue - to;
        var comes = coming < Count ? Times[coming] - to : long.MaxValue - to;
        return to + Math.Min(leaves, comes);
    }

    private void Insert(long time, double value)
    {
        var at = _start + FirstAfter(time);
        if (at > _start && _times[at - 1] == time)
        {
            _values[at - 1] = value;
            return;
        }

        if (Count == MaxSamples && at == _start) return;
        MakeRoom();
        at = _start + FirstAfter(time);
        Array.Copy(_times, at, _times, at + 1, _end - at);
        Array.Copy(_values, at, _values, at + 1, _end - at);
        _times[at] = time;
        _values[at] = value;
        _end++;
    }

    private void MakeRoom()
    {
        if (Count == MaxSamples) _start++;
        if (_end < _times.Length) return;
        var count = Count;
        var target = _start > _times.Length / 2 ? _times.Length : Math.Min(_times.Length * 2, MaxSamples * 2);
        var (times, values) = target == _times.Length ? (_times, _values) : (new long[target], new double[target]);
        Array.Copy(_times, _start, times, 0, count);
        Array.Copy(_values, _start, values, 0, count);
        (_times, _values, _start, _end) = (times, values, 0, count);
    }
}
