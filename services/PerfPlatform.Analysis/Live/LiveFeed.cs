using System.Diagnostics;
using System.Threading.Channels;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Live;

/// <summary>Hands durable batches to the readers of <c>/api/v1/live</c>. Never in the way of the writer: batches queue (bounded, the oldest go first) and are sorted out elsewhere.</summary>
internal sealed partial class LiveFeed : BackgroundService, ISampleListener
{
    private const int MaxBatches = 4096;
    private readonly SeriesRegistry _registry;
    private readonly ILogger<LiveFeed> _logger;
    private readonly Channel<SampleBatch> _batches;
    private readonly Lock _gate = new();
    private LiveSubscription[] _subscriptions = []; // bounded by the server's connections

    public LiveFeed(SeriesRegistry registry, ILogger<LiveFeed> logger)
    {
        (_registry, _logger) = (registry, logger);
        _batches = Channel.CreateBounded<SampleBatch>(
            new BoundedChannelOptions(MaxBatches) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped =>
            {
                foreach (var subscription in Volatile.Read(ref _subscriptions)) subscription.Miss(dropped);
            });
    }

    public void OnSamples(SampleBatch batch, ActivityContext trace)
    {
        if (Volatile.Read(ref _subscriptions).Length > 0) _batches.Writer.TryWrite(batch);
    }

    /// <summary>From now on batches are handed to the new reader.</summary>
    public LiveSubscription Subscribe(SeriesSelector selector)
    {
        var subscription = new LiveSubscription(selector, _registry);
        lock (_gate) Volatile.Write(ref _subscriptions, [.. _subscriptions, subscription]);
        return subscription;
    }

    public void Unsubscribe(LiveSubscription subscription)
    {
        lock (_gate) Volatile.Write(ref _subscriptions, [.. _subscriptions.Where(s => s != subscription)]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var batch in _batches.Reader.ReadAllAsync(stoppingToken))
            {
                foreach (var subscription in Volatile.Read(ref _subscriptions)) Offer(subscription, batch);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // A batch that cannot be handed to one reader is no reason to end the others'.
    private void Offer(LiveSubscription subscription, SampleBatch batch)
    {
        try
        {
            subscription.Offer(batch);
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch could not be handed to a reader of the live feed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
