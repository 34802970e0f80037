using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.Live;

/// <summary>
/// Takes batches as they become durable and pushes the points that browsers watch, together every 100 ms.
/// While nobody watches it does nothing, and where samples come over a broker has no queue there.
/// </summary>
internal sealed partial class LiveFeed(LiveRouter router, IHubContext<LiveHub, ILiveClient> hub, IServiceProvider services, TimeProvider time, ILogger<LiveFeed> logger)
    : BackgroundService, ISampleListener
{
    private static readonly ActivitySource Source = new("PerfPlatform.Web");
    private static readonly TimeSpan PushInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ResolveLimit = TimeSpan.FromSeconds(2);

    // How long ids that the registry did not know are not asked for again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // How long the queue at the broker stays after the last one stopped watching: a browser that goes from page to page finds it.
    private static readonly TimeSpan QueueStays = TimeSpan.FromSeconds(30);

    // Batches wait here while ids are resolved; the oldest are dropped: what is missing on the screen is in the store.
    private readonly Channel<(SampleBatch Batch, ActivityContext Trace)> _batches = Channel.CreateBounded<(SampleBatch, ActivityContext)>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    // None where the store is in the same process.
    private readonly LiveSampleFeed? _source = services.GetService<LiveSampleFeed>();

    private readonly GatheredSpans _spans = new(Source, "live feed", time);
    private long? _pausedSince;
    private long _watchedAt;

    /// <inheritdoc />
    public void OnSamples(SampleBatch batch, ActivityContext trace)
    {
        if (router.IsWatched) _batches.Writer.TryWrite((batch, trace));
    }

    /// <summary>Returns when samples from now on arrive, for one who has begun to watch.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => _source?.FollowAsync(() => router.IsWatched, cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(RouteAsync(stoppingToken), PushAsync(stoppingToken));

    private async Task RouteAsync(CancellationToken cancellationToken)
    {
        await foreach (var (batch, trace) in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                _spans.Begin(trace);
                var unknown = router.Unknown(batch);
                if (unknown.Count > 0) await ResolveAsync(unknown, cancellationToken);
                router.Route(batch);
                _spans.End(trace);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogBatchLost(e);
            }
        }
    }

    private async Task ResolveAsync(List<int> ids, CancellationToken cancellationToken)
    {
        if (_pausedSince is { } since && time.GetElapsedTime(since) < Pause) return;
        _pausedSince = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResolveLimit);
        try
        {
            // Resolved late: the catalogue may be the store itself, which calls this feed.
            var catalog = services.GetRequiredService<ISeriesCatalog>();
            foreach (var some in ids.Chunk(10_000))
            {
                var resolution = await catalog.ResolveAsync(some, limit.Token);
                router.Learn(resolution);
                if (resolution.Series.Count < some.Length) _pausedSince = time.GetTimestamp();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _pausedSince = time.GetTimestamp();
            LogUnresolved(e, ids.Count);
        }
    }

    private async Task PushAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PushInterval, time);
        // Bounded: one push a connection.
        var sending = new List<Task>();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            sending.RemoveAll(static task => task.IsCompleted);
            foreach (var (connection, push) in router.Collect()) sending.Add(SendAsync(connection, push));
            _spans.Tell();
            if (router.IsWatched) _watchedAt = time.GetTimestamp();
            else if (_watchedAt > 0 && time.GetElapsedTime(_watchedAt) > QueueStays) await EndQueueAsync(cancellationToken);
        }
    }

    private async Task EndQueueAsync(CancellationToken cancellationToken)
    {
        _watchedAt = 0;
        try
        {
            await ReadyAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogQueueLeft(e);
        }
    }

    private async Task SendAsync(string connection, LivePush push)
    {
        try
        {
            await hub.Clients.Client(connection).Points(push);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotSent(e);
        }
        finally
        {
            router.Sent(connection);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch did not reach the live feed")]
    private partial void LogBatchLost(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The labels of {Count} series could not be asked for; their points are not shown live for now")]
    private partial void LogUnresolved(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue of the live feed was not ended; the broker ends it with the connection")]
    private partial void LogQueueLeft(Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A push did not reach its browser")]
    private partial void LogNotSent(Exception exception);
}
