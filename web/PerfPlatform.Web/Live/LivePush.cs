using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Web.Live;

/// <summary>What the hub pushes to a browser: series it has not told of yet, and points.</summary>
/// <param name="Series">Told before their first point.</param>
/// <param name="Points">Three numbers a point: the series' key, Unix milliseconds, value; a value that JSON has no number for is null.</param>
public sealed record LivePush(IReadOnlyList<LiveSeriesInfo> Series, IReadOnlyList<double?> Points);

/// <summary>A series as the live feed names it.</summary>
/// <param name="Key">Its number on this connection.</param>
/// <param name="Subscriptions">The subscriptions that select it.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Kind">What its values are.</param>
public sealed record LiveSeriesInfo(int Key, IReadOnlyList<string> Subscriptions, string Metric, LabelSet Labels, MetricKind Kind);

/// <summary>What a browser asks for.</summary>
/// <param name="Id">The browser's name for it.</param>
/// <param name="Metric">The metric's exact name.</param>
/// <param name="Match">Label filters as in the API.</param>
public sealed record LiveSubscription(string Id, string Metric, IReadOnlyList<string> Match);

/// <summary>What a browser understands.</summary>
public interface ILiveClient
{
    /// <summary>New points.</summary>
    Task Points(LivePush push);
}
