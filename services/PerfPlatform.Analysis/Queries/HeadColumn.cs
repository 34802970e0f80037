using System.Runtime.InteropServices;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query that is still in memory passes here.

/// <summary>The head's samples of one series in a range: by time, one for each time, the greatest stamp wins. Nearly always they lie in order and are only copied.</summary>
internal sealed class HeadColumn
{
    private readonly List<LooseSample> _loose = []; // bounded by the head's samples of one series
    private HeadSample[] _samples = new HeadSample[256];
    private BatchStamp[][] _stamps = new BatchStamp[4][];
    private int[] _ends = new int[4];
    private int _slices;
    private int _count;
    private bool _isLoose;

    public bool IsEmpty => (_isLoose ? _loose.Count : _count) == 0;

    public long Start => _isLoose ? _loose[0].Time : _samples[0].Time;

    public long End => _isLoose ? _loose[^1].Time : _samples[_count - 1].Time;

    /// <summary>Takes the samples of a range.</summary>
    public void Load(IReadOnlyList<HeadSlice> slices, long from, long to)
    {
        (_slices, _count, _isLoose) = (0, 0, false);
        _loose.Clear();
        foreach (var slice in slices)
        {
            if (_samples.Length < _count + slice.Count) Array.Resize(ref _samples, Math.Max(_count + slice.Count, _samples.Length * 2));
            slice.Buffer.CopyTo(_samples.AsSpan(_count), slice.Count);
            Keep(_count + slice.Count, from, to);
            if (_slices == _ends.Length)
            {
                Array.Resize(ref _ends, _slices * 2);
                Array.Resize(ref _stamps, _slices * 2);
            }

            (_ends[_slices], _stamps[_slices]) = (_count, slice.Stamps);
            _slices++;
        }

        for (var i = 1; i < _count; i++)
        {
            if (_samples[i - 1].Time < _samples[i].Time) continue;
            AddTo(_loose);
            LooseSample.SortAndThin(_loose);
            _isLoose = true;
            return;
        }
    }

    /// <summary>Appends them to columns.</summary>
    public void AddTo(SampleColumns columns)
    {
        columns.Reserve(_isLoose ? _loose.Count : _count, out var times, out var values);
        for (var i = 0; i < times.Length; i++)
        {
            (times[i], values[i]) = _isLoose ? (_loose[i].Time, _loose[i].Value) : (_samples[i].Time, _samples[i].Value);
        }

        columns.Set(columns.Count + times.Length);
    }

    /// <summary>Appends them with their stamps.</summary>
    public void AddTo(List<LooseSample> target)
    {
        if (_isLoose)
        {
            target.AddRange(CollectionsMarshal.AsSpan(_loose));
            return;
        }

        for (int slice = 0, i = 0; slice < _slices; slice++)
        {
            for (; i < _ends[slice]; i++) target.Add(new LooseSample(_samples[i].Time, _samples[i].Value, _stamps[slice][_samples[i].Batch], target.Count));
        }
    }

    /// <summary>Keeps those of the range up to an end; nearly always all of them.</summary>
    private void Keep(int end, long from, long to)
    {
        for (var i = _count; i < end; i++)
        {
            if (_samples[i].Time < from || _samples[i].Time >= to) continue;
            _samples[_count++] = _samples[i];
        }
    }
}
