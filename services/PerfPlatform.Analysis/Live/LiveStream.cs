using System.Buffers;
using System.Text.Json;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Live;

/// <summary>The server-sent events of one reader: a snapshot, then what is new, at most five times a second.</summary>
internal sealed class LiveStream(LiveFeed feed, SeriesRegistry registry, MetricQueries queries, TimeProvider clock)
{
    /// <summary>The most series that one reader may watch.</summary>
    public const int MaxSeries = 10_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task RunAsync(SeriesSelector selector, HttpResponse response, CancellationToken cancellationToken)
    {
        await registry.WaitAsync(cancellationToken);

        // Subscribed before the snapshot is read: a point may come in both, none in neither.
        var subscription = feed.Subscribe(selector);
        try
        {
            var series = registry.Select(selector, 0, MaxSeries + 1, new SelectionBudget(clock, cancellationToken));
            if (series.Count > MaxSeries) throw new QueryException($"More than {MaxSeries} series are selected: name a metric or add label filters.");
            subscription.Know(series.Select(s => s.Id).ToHashSet());
            var snapshot = await queries.LatestAsync(series, cancellationToken);
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
            await SendAsync(response, "snapshot"u8.ToArray(), json => JsonSerializer.Serialize(json, new Page<LatestValue>(snapshot, null), PerfPlatformJson.Options), cancellationToken);
            await FollowAsync(subscription, response, cancellationToken);
        }
        finally
        {
            feed.Unsubscribe(subscription);
        }
    }

    private async Task FollowAsync(LiveSubscription subscription, HttpResponse response, CancellationToken cancellationToken)
    {
        while (true)
        {
            using (var quiet = new CancellationTokenSource(Heartbeat, clock))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken))
            {
                try
                {
                    await subscription.WaitAsync(either.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    response.BodyWriter.Write(": still here\n\n"u8);
                    await response.BodyWriter.FlushAsync(cancellationToken);
                    continue;
                }
            }

            var update = subscription.Take();
            if (update.Points.Count + update.Series.Count > 0) await SendAsync(response, "points"u8.ToArray(), json => Write(json, update), cancellationToken);
            await Task.Delay(Pace, clock, cancellationToken);
        }
    }

    private static async Task SendAsync(HttpResponse response, byte[] name, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var body = response.BodyWriter;
        body.Write("event: "u8);
        body.Write(name);
        body.Write("\ndata: "u8);
        await using (var json = new Utf8JsonWriter(body)) write(json);
        body.Write("\n\n"u8);
        await body.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter json, LiveUpdate update)
    {
        json.WriteStartObject();
        json.WriteStartArray("points");
        foreach (var (id, time, value) in update.Points)
        {
            if (StaleMarker.Is(value)) continue;
            json.WriteStartArray();
            json.WriteNumberValue(id);
            json.WriteNumberValue(time);
            if (double.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("series");
        foreach (var s in update.Series) JsonSerializer.Serialize(json, new SeriesInfo(s.Id, s.Metric, s.Labels, s.Unit, s.Kind, null), PerfPlatformJson.Options);
        json.WriteEndArray();
        if (update.Dropped > 0) json.WriteNumber("dropped", update.Dropped);
        json.WriteEndObject();
    }
}
