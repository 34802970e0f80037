using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Puts the parts of an answer together, whoever finishes first: in the order of the series, so that the same question has the same answer to the last bit.
/// The lines are bounded by the size checks, the parts that wait for an earlier one by a number of parts for each worker.
/// </summary>
internal sealed class RangeGathering : IDisposable
{
    private readonly RangePlan _plan;
    private readonly int _series;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, RangePart> _waiting = []; // bounded by _room
    private readonly SemaphoreSlim _room;
    private readonly List<RangeSeries> _lines = [];
    private readonly GroupReducer? _groups;
    private int _next;
    private int _taken;
    private long _rawPoints;

    public RangeGathering(RangePlan plan, int series, int workers)
    {
        (_plan, _series) = (plan, series);
        _room = new SemaphoreSlim(workers * 4);
        if (plan.Reduction is not null) _groups = new GroupReducer(plan);
    }

    /// <summary>The number of the next part, once there is room for it.</summary>
    public async ValueTask<int> TakeAsync(CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        return Interlocked.Increment(ref _taken) - 1;
    }

    /// <summary>Counts raw points while they are found.</summary>
    /// <exception cref="QueryException">There are too many.</exception>
    public void CountRaw(int points)
    {
        if (Interlocked.Add(ref _rawPoints, points) > RangeQuery.MaxPoints) throw _plan.TooManyRaw(_series);
    }

    /// <summary>Takes a finished part.</summary>
    public void Add(int number, RangePart part)
    {
        lock (_gate)
        {
            _waiting[number] = part;
            while (_waiting.Remove(_next, out var next))
            {
                _lines.AddRange(next.Lines);
                if (next.Groups is { } groups) _groups!.Add(groups);
                _next++;
                _room.Release();
            }
        }
    }

    /// <summary>The lines of the answer.</summary>
    public IReadOnlyList<RangeSeries> End(string metric, BucketTimes times, string? note)
    {
        var lines = _groups is null ? _lines : _groups.Lines().Select(line => new RangeSeries(metric, line.Labels, times, line.Values));
        return note is null && _groups is null ? _lines : [.. lines.Select(line => note is null ? line : line with { Note = note })];
    }

    /// <inheritdoc />
    public void Dispose() => _room.Dispose();
}
