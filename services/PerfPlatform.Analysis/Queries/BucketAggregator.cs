using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query with a step passes here.

/// <summary>The samples of one series, in the order of time, become one value for each bucket. NaN is skipped; a bucket without another sample is empty.</summary>
internal sealed class BucketAggregator(RangePlan plan)
{
    private readonly long _first = plan.FirstBucket;
    private readonly long _step = plan.Step;
    private readonly long[] _counts = new long[plan.Buckets];
    private readonly double[] _values = new double[plan.Buckets];
    private double[] _sorted = new double[256];
    private Aggregation _aggregation;
    private int _run = 1;

    /// <summary>Whether a segment's header can stand for its samples.</summary>
    public bool TakesHeaders => _aggregation < Aggregation.P50;

    /// <summary>Whether no bucket has a value.</summary>
    public bool IsEmpty => _counts.AsSpan().IndexOfAnyExcept(0) < 0;

    /// <summary>How many numbers each bucket has; where it is none its value means nothing.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The values, once <see cref="Finish"/> was called.</summary>
    public ReadOnlySpan<double> Values => _values;

    public void Begin(Aggregation aggregation)
    {
        _aggregation = aggregation;
        _counts.AsSpan().Clear();
        _values.AsSpan().Clear();
    }

    /// <summary>Whether a segment lies in one bucket.</summary>
    public bool IsInOne(long start, long end) => (start - _first) / _step == (end - _first) / _step;

    /// <summary>Adds a whole segment that lies in one bucket and has no NaN.</summary>
    public void AddHeader(in StoredSegment segment)
    {
        var value = _aggregation switch
        {
            Aggregation.Min => segment.Min,
            Aggregation.Max => segment.Max,
            Aggregation.Last => segment.Last,
            _ => segment.Sum,
        };
        Take((segment.Start - _first) / _step, value, segment.Count);
    }

    /// <summary>Adds a slot of a roll-up; it lies in one bucket and has samples.</summary>
    public void AddSlot(long time, RollupColumns row, int slot)
    {
        var value = _aggregation switch
        {
            Aggregation.Min => row.Min[slot],
            Aggregation.Max => row.Max[slot],
            Aggregation.Last => row.Last[slot],
            _ => row.Sum[slot],
        };
        Take((time - _first) / _step, value, row.Count[slot]);
    }

    /// <summary>Gives a bucket a value after <see cref="Finish"/>.</summary>
    public void Set(int bucket, double value) => (_counts[bucket], _values[bucket]) = (Math.Max(1, _counts[bucket]), value);

    /// <summary>Adds samples at <paramref name="first"/> and every <paramref name="step"/> after; all within the range.</summary>
    public void Add(long first, long step, ReadOnlySpan<double> values)
    {
        for (var start = 0; start < values.Length;)
        {
            var time = first + (start * step);
            var bucket = (time - _first) / _step;
            var end = (int)Math.Min(values.Length, start + ((_first + ((bucket + 1) * _step) - time + step - 1) / step));
            AddTo(bucket, values[start..end]);
            start = end;
        }
    }

    /// <summary>Adds samples; all within the range.</summary>
    public void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        for (var start = 0; start < times.Length;)
        {
            var bucket = (times[start] - _first) / _step;
            var end = RunEnd(times, start, _first + ((bucket + 1) * _step));
            AddTo(bucket, values[start..end]);
            _run = end - start;
            start = end;
        }
    }

    /// <summary>Makes of what was gathered the value of each bucket.</summary>
    public void Finish()
    {
        if (_aggregation == Aggregation.Avg)
        {
            for (var i = 0; i < _values.Length; i++) _values[i] /= _counts[i];
        }
        else if (_aggregation == Aggregation.Count)
        {
            for (var i = 0; i < _values.Length; i++) _values[i] = _counts[i];
        }
    }

    /// <summary>The values in an array of their own, with gaps.</summary>
    public GapColumn ToColumn()
    {
        var column = new double[_values.Length];
        for (var i = 0; i < column.Length; i++) column[i] = _counts[i] == 0 ? GapColumn.Gap : _values[i];
        return new GapColumn(column);
    }

    /// <summary>The end of the samples before a time. Mostly each bucket has as many as the one before, so look there first.</summary>
    private int RunEnd(ReadOnlySpan<long> times, int start, long next)
    {
        var guess = start + _run;
        if (guess < times.Length ? times[guess] >= next && times[guess - 1] < next : times[^1] < next && guess == times.Length) return guess;
        return start + 1 + SampleColumns.LowerBound(times[(start + 1)..], next);
    }

    private void AddTo(long bucket, ReadOnlySpan<double> values)
    {
        double value;
        int count;
        switch (_aggregation)
        {
            case Aggregation.Min:
                value = ValueRuns.Min(values);
                count = double.IsNaN(value) ? 0 : 1;
                break;
            case Aggregation.Max:
                value = ValueRuns.Max(values);
                count = double.IsNaN(value) ? 0 : 1;
                break;
            case Aggregation.Last:
                value = ValueRuns.Last(values);
                count = double.IsNaN(value) ? 0 : 1;
                break;
            case Aggregation.P50 or Aggregation.P95 or Aggregation.P99:
                value = Percentile(values, out count);
                break;
            default:
                value = ValueRuns.Sum(values, out count);
                break;
        }

        if (count > 0) Take(bucket, value, count);
    }

    /// <summary>Joins what one piece of a bucket gave with what is there. A percentile's samples come in one piece.</summary>
    private void Take(long bucket, double value, int count)
    {
        ref var there = ref _values[bucket];
        there = _aggregation switch
        {
            Aggregation.Min => _counts[bucket] == 0 ? value : Math.Min(there, value),
            Aggregation.Max => _counts[bucket] == 0 ? value : Math.Max(there, value),
            Aggregation.Avg or Aggregation.Sum or Aggregation.Count => there + value,
            _ => value,
        };
        _counts[bucket] += count;
    }

    /// <summary>Exact, interpolated linearly between the neighbours of rank (n - 1) q.</summary>
    private double Percentile(ReadOnlySpan<double> values, out int count)
    {
        if (_sorted.Length < values.Length) _sorted = new double[values.Length];
        count = 0;
        foreach (var sample in values)
        {
            if (!double.IsNaN(sample)) _sorted[count++] = sample;
        }

        if (count == 0) return double.NaN;
        return Contracts.Queries.Percentile.Of(_sorted.AsSpan(0, count), _aggregation switch { Aggregation.P50 => 0.5, Aggregation.P95 => 0.95, _ => 0.99 });
    }
}
