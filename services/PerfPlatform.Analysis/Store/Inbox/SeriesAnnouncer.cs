using System.Threading.Channels;
using MassTransit;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>
/// Tells intake the ids of series that arrived labelled. Never in the way of a sender: what cannot be announced now is announced when the series comes
/// labelled again, so the oldest are dropped when the queue is full.
/// </summary>
internal sealed partial class SeriesAnnouncer(SeriesRegistry registry, IServiceProvider services, TimeProvider clock, ILogger<SeriesAnnouncer> logger) : BackgroundService
{
    private const int MaxSeriesAMessage = 10_000;
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<(Fingerprint Fingerprint, int Id)> _queue = Channel.CreateBounded<(Fingerprint, int)>(
        new BoundedChannelOptions(200_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Queues the labelled series of a batch whose ids are known.</summary>
    public void Announce(SampleBatch batch)
    {
        foreach (ref readonly var series in batch.Series)
        {
            if (series.Descriptor is { } descriptor) _queue.Writer.TryWrite((descriptor.Fingerprint, series.Id));
        }
    }

    /// <summary>Tells only which epoch holds: senders with another one forget the ids they know.</summary>
    public void AnnounceEpoch() => _queue.Writer.TryWrite((default, 0));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                var series = new Dictionary<Fingerprint, int>();
                while (series.Count < MaxSeriesAMessage && _queue.Reader.TryRead(out var next)) series[next.Fingerprint] = next.Id;
                series.Remove(default);
                await PublishAsync(series, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task PublishAsync(Dictionary<Fingerprint, int> series, CancellationToken stoppingToken)
    {
        var fingerprints = new byte[16 * series.Count];
        var at = 0;
        foreach (var fingerprint in series.Keys)
        {
            fingerprint.Write(fingerprints.AsSpan(at));
            at += 16;
        }

        try
        {
            // A process without messaging has nobody to tell.
            if (services.GetService<IBus>() is not { } bus) return;
            using var timeout = new CancellationTokenSource(PublishTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
            await bus.Publish(new SeriesRegistered { Epoch = registry.Epoch, Fingerprints = fingerprints, Ids = [.. series.Values] }, either.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(logger, series.Count, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ids of {Series} series could not be announced; their senders go on with labels: {Reason}")]
    private static partial void LogFailed(ILogger logger, int series, string reason);
}
