using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>What memory has of a question's series, whichever partition they are in. One for each worker.</summary>
internal sealed class RecentLookup(RecentView[] views, RangePlan plan)
{
    private readonly RecentReader[] _readers = [.. views.Select(v => new RecentReader(v))];
    private readonly List<StoredSegment> _segments = []; // bounded by what memory has of a series

    /// <summary>Up to when the database must be read: where a partition's memory is not complete.</summary>
    public long DatabaseTo { get; } = Math.Min(plan.To, views.Max(v => v.CompleteFrom));

    /// <summary>The segments of a series, valid until the next call, and from when on they are all there is.</summary>
    public (List<StoredSegment> Segments, long From) Read(SeriesEntry series)
    {
        var reader = _readers.Length == 1 ? _readers[0] : _readers[series.Fingerprint.Partition(_readers.Length)];
        reader.Read(series.Id, Math.Max(plan.ReadFrom, reader.CompleteFrom), plan.To, _segments);
        return (_segments, reader.CompleteFrom);
    }
}
