using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query with a step passes here.

/// <summary>The samples of one series, in the order of time, become one value for each bucket. NaN is skipped; a bucket without another sample is null.</summary>
internal sealed class BucketAggregator(RangePlan plan)
{
    private readonly long _first = plan.FirstBucket;
    private readonly long _step = plan.Step;
    private readonly long[] _counts = new long[plan.Buckets];
    private readonly double[] _values = new double[plan.Buckets];
    private double[] _sorted = new double[256];
    private Aggregation _aggregation;

    /// <summary>Whether a segment's header can stand for its samples.</summary>
    public bool TakesHeaders => _aggregation < Aggregation.P50;

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
        var bucket = (segment.Start - _first) / _step;
        ref var count = ref _counts[bucket];
        ref var value = ref _values[bucket];
        value = _aggregation switch
        {
            Aggregation.Min => count == 0 ? segment.Min : Math.Min(value, segment.Min),
            Aggregation.Max => count == 0 ? segment.Max : Math.Max(value, segment.Max),
            Aggregation.Last => segment.Last,
            _ => value + segment.Sum,
        };
        count += segment.Count;
    }

    /// <summary>Adds samples; all within the range.</summary>
    public void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        for (var start = 0; start < times.Length;)
        {
            var bucket = (times[start] - _first) / _step;
            var next = _first + ((bucket + 1) * _step);
            var end = start + 1;
            while (end < times.Length && times[end] < next) end++;
            AddTo(bucket, values[start..end]);
            start = end;
        }
    }

    /// <summary>What came out; null where a bucket is empty.</summary>
    public double?[] End()
    {
        var result = new double?[_counts.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (_counts[i] == 0) continue;
            result[i] = _aggregation switch
            {
                Aggregation.Avg => _values[i] / _counts[i],
                Aggregation.Count => _counts[i],
                _ => _values[i],
            };
        }

        return result;
    }

    private void AddTo(long bucket, ReadOnlySpan<double> values)
    {
        if (!TakesHeaders)
        {
            AddPercentile(bucket, values);
            return;
        }

        ref var count = ref _counts[bucket];
        ref var value = ref _values[bucket];
        foreach (var sample in values)
        {
            if (double.IsNaN(sample)) continue;
            switch (_aggregation)
            {
                case Aggregation.Min:
                    value = count == 0 ? sample : Math.Min(value, sample);
                    break;
                case Aggregation.Max:
                    value = count == 0 ? sample : Math.Max(value, sample);
                    break;
                case Aggregation.Last:
                    value = sample;
                    break;
                default:
                    value += sample;
                    break;
            }

            count++;
        }
    }

    /// <summary>Exact, interpolated linearly between the neighbours of rank (n - 1) q. A bucket's samples come in one piece.</summary>
    private void AddPercentile(long bucket, ReadOnlySpan<double> values)
    {
        if (_sorted.Length < values.Length) _sorted = new double[values.Length];
        var count = 0;
        foreach (var sample in values)
        {
            if (!double.IsNaN(sample)) _sorted[count++] = sample;
        }

        if (count == 0) return;
        var sorted = _sorted.AsSpan(0, count);
        sorted.Sort();
        var rank = (count - 1) * (_aggregation switch { Aggregation.P50 => 0.5, Aggregation.P95 => 0.95, _ => 0.99 });
        var below = (int)rank;
        var part = rank - below;
        _counts[bucket] = count;

        // Without the test an infinite neighbour that does not count would make NaN of it.
        _values[bucket] = part == 0 ? sorted[below] : sorted[below] + ((sorted[below + 1] - sorted[below]) * part);
    }
}
