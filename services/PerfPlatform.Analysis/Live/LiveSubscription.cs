using System.Threading.Channels;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Live;

/// <summary>One reader of the live feed: the series it wants and the points that wait for it. Bounded: the oldest points go first, and the reader is told how many.</summary>
internal sealed class LiveSubscription(SeriesSelector selector, SeriesRegistry registry)
{
    /// <summary>Points that may wait: some seconds of ten thousand series.</summary>
    public const int MaxPoints = 50_000;

    private readonly Lock _gate = new();
    private readonly Queue<LivePoint> _points = new(); // bounded by MaxPoints
    private readonly Dictionary<int, bool> _wanted = []; // bounded by the registry's series
    private readonly List<SeriesEntry> _series = []; // bounded by the registry's series
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _dropped;

    /// <summary>Says that the reader has these series already.</summary>
    public void Know(IEnumerable<int> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids) _wanted[id] = true;
            _series.RemoveAll(s => _wanted.ContainsKey(s.Id) && ids.Contains(s.Id));
        }
    }

    /// <summary>Queues the points of a batch that the reader wants.</summary>
    public void Offer(SampleBatch batch)
    {
        var times = batch.Times;
        var values = batch.Values;
        var any = false;
        lock (_gate)
        {
            foreach (ref readonly var series in batch.Series)
            {
                if (!Wants(series.Id)) continue;
                any = true;
                for (var i = series.Start; i < series.Start + series.Count; i++)
                {
                    if (_points.Count == MaxPoints)
                    {
                        _points.Dequeue();
                        _dropped++;
                    }

                    _points.Enqueue(new LivePoint(series.Id, times[i], values[i]));
                }
            }
        }

        if (any) _signal.Writer.TryWrite(true);
    }

    /// <summary>Counts the points of a batch that was dropped before it could be looked at.</summary>
    public void Miss(SampleBatch batch)
    {
        lock (_gate)
        {
            foreach (ref readonly var series in batch.Series)
            {
                if (Wants(series.Id)) _dropped += series.Count;
            }
        }
    }

    /// <summary>Returns when there is something to send.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    /// <summary>Everything that waits; it does not wait any longer then.</summary>
    public LiveUpdate Take()
    {
        lock (_gate)
        {
            var update = new LiveUpdate([.. _points], [.. _series], _dropped);
            _points.Clear();
            _series.Clear();
            _dropped = 0;
            return update;
        }
    }

    private bool Wants(int id)
    {
        if (_wanted.TryGetValue(id, out var wanted)) return wanted;
        if (!registry.TryGet(id, out var entry)) return false;
        wanted = selector.Matches(entry.Metric, entry.Labels);
        _wanted[id] = wanted;
        if (wanted) _series.Add(entry);
        return wanted;
    }
}
