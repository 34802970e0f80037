using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Live;

/// <summary>What waits for one connection. Used under the router's lock only.</summary>
internal sealed class LiveOutbox(string connection)
{
    /// <summary>The most subscriptions of one connection: a page has a few dozen.</summary>
    public const int MaxSubscriptions = 400;

    // The most points that wait, about a minute of a thousand series; a browser that is slower loses the oldest and shows a gap.
    private const int MaxPoints = 60_000;

    private readonly HashSet<int> _told = [];
    private List<LiveSeriesInfo> _series = [];
    private List<double?> _points = [];

    public string Connection { get; } = connection;

    /// <summary>Bounded by <see cref="MaxSubscriptions"/>.</summary>
    public Dictionary<string, SeriesSelector> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>A push is on its way; the next waits for it.</summary>
    public bool Sending { get; set; }

    public bool IsEmpty => _points.Count == 0;

    /// <summary>After a change of the subscriptions every series is told anew.</summary>
    public void Forget() => _told.Clear();

    public void Tell(LiveSeries series, string[] subscriptions)
    {
        if (_told.Add(series.Key)) _series.Add(new LiveSeriesInfo(series.Key, subscriptions, series.Metric, series.Labels, series.Kind));
    }

    public void Add(int key, long time, double value)
    {
        if (_points.Count >= MaxPoints * 3) _points.RemoveRange(0, MaxPoints / 2 * 3);
        _points.Add(key);
        _points.Add(time);
        _points.Add(double.IsFinite(value) ? value : null);
    }

    public LivePush Take()
    {
        var push = new LivePush(_series, _points);
        (_series, _points) = ([], []);
        return push;
    }
}
