using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>
/// Makes batches durable. Senders queue (bounded by bytes) and one loop takes everything that waits into one commit; after it the samples go into the head,
/// the senders are answered, then the listeners are told. Batches that arrive twice are harmless: queries and segments keep one sample for each series and time.
/// </summary>
internal sealed partial class InboxWriter : BackgroundService
{
    private const int MaxGroup = 4096;
    private const long MaxGroupBytes = 8 << 20;

    // The years 1 to 9999: what PostgreSQL and .NET both can tell.
    private const long EarliestTime = -62_135_596_800_000;
    private const long LatestTime = 253_402_300_799_999;

    private readonly Channel<InboxRequest> _queue = Channel.CreateUnbounded<InboxRequest>(new UnboundedChannelOptions { SingleReader = true }); // bounded by _queuedBytes
    private readonly InboxTransaction _transaction;
    private readonly SeriesRegistry _registry;
    private readonly RegistryLoader _loader;
    private readonly PartitionSet _partitions;
    private readonly LatestSamples _latest;
    private readonly FlushSignal _flush;
    private readonly SeriesAnnouncer _announcer;
    private readonly SampleListeners _listeners;
    private readonly StoreTelemetry _telemetry;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<InboxWriter> _logger;
    private long _queuedBytes;

    public InboxWriter(
        NpgsqlDataSource database, SeriesRegistry registry, RegistryLoader loader, PartitionSet partitions, LatestSamples latest, FlushSignal flush,
        SeriesAnnouncer announcer, SampleListeners listeners, StoreTelemetry telemetry, IOptions<StoreOptions> options, TimeProvider clock, ILogger<InboxWriter> logger)
    {
        _transaction = new InboxTransaction(database);
        (_registry, _loader, _partitions, _latest, _flush) = (registry, loader, partitions, latest, flush);
        (_announcer, _listeners, _telemetry, _options, _clock, _logger) = (announcer, listeners, telemetry, options.Value, clock, logger);
        telemetry.Observe(() => partitions.HeadBytes, () => partitions.RecentBytes, () => partitions.InboxRows, () => registry.Count);
    }

    /// <summary>Why the last commit failed, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Bytes of batches that wait for their commit.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>How many partitions there are.</summary>
    public int Partitions => _partitions.Count;

    /// <summary>Returns when batches in their binary form (<see cref="SampleBatchCodec"/>) are durable and visible to queries.</summary>
    /// <param name="payloads">The batches.</param>
    /// <param name="traces">The traces that brought them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The bytes are not a batch.</exception>
    /// <exception cref="SinkUnavailableException">They could not be made durable now.</exception>
    public Task WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> payloads, IReadOnlyList<ActivityContext> traces, CancellationToken cancellationToken)
    {
        var batches = new SampleBatch[payloads.Count];
        for (var i = 0; i < batches.Length; i++) batches[i] = SampleBatchCodec.Decode(payloads[i].Span);
        return EnqueueAsync(new InboxRequest(batches, payloads, traces), cancellationToken);
    }

    /// <summary>Returns when batches are durable and visible to queries.</summary>
    /// <exception cref="SinkUnavailableException">They could not be made durable now.</exception>
    public Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken)
    {
        var payloads = new ReadOnlyMemory<byte>[batches.Count];
        for (var i = 0; i < payloads.Length; i++) payloads[i] = SampleBatchCodec.Encode(batches[i]);
        return EnqueueAsync(new InboxRequest(batches, payloads, Activity.Current is { Recorded: true } activity ? [activity.Context] : []), cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<InboxRequest>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                group.Clear();
                long bytes = 0;
                while (group.Count < MaxGroup && bytes < MaxGroupBytes && _queue.Reader.TryRead(out var request))
                {
                    group.Add(request);
                    bytes += request.Bytes;
                }

                await WriteGroupAsync(group, stoppingToken);
                Interlocked.Add(ref _queuedBytes, -bytes);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: who still waits is told to come again.
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var request)) Refuse(request, "The store is stopping.", null);
            await _transaction.DisposeAsync();
        }
    }

    private Task EnqueueAsync(InboxRequest request, CancellationToken cancellationToken)
    {
        if (request.Batches.Count == 0) return Task.CompletedTask;
        foreach (var batch in request.Batches) Check(batch);
        if (Interlocked.Add(ref _queuedBytes, request.Bytes) > _options.QueueBytes)
        {
            Interlocked.Add(ref _queuedBytes, -request.Bytes);
            _telemetry.Refused();
            throw new SinkUnavailableException("More samples wait for their commit than the store takes. Send again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        if (!_queue.Writer.TryWrite(request))
        {
            Interlocked.Add(ref _queuedBytes, -request.Bytes);
            throw new SinkUnavailableException("The store is stopping.");
        }

        return request.Done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>What the database could never take would hold up everything behind it, so it is turned away here.</summary>
    private void Check(SampleBatch batch)
    {
        if ((uint)batch.Partition >= (uint)_partitions.Count)
            throw new ArgumentException($"The batch is of partition {batch.Partition}, but there are {_partitions.Count}: every service needs the same Messaging:Partitions.", nameof(batch));
        foreach (var time in batch.Times)
        {
            if (time is < EarliestTime or > LatestTime) throw new ArgumentException($"The time {time} is outside the years 1 to 9999.", nameof(batch));
        }

        foreach (ref readonly var series in batch.Series)
        {
            if (series.Descriptor is not { } descriptor) continue;
            if (HasNul(descriptor.Labels) || HasNul(descriptor.Metadata) || descriptor.Unit.Contains('\0'))
                throw new ArgumentException($"A label of '{descriptor.Metric}' contains the character 0, which cannot be stored.", nameof(batch));
        }

        static bool HasNul(LabelSet labels)
        {
            foreach (var label in labels.AsSpan())
            {
                if (label.Name.Contains('\0') || label.Value.Contains('\0')) return true;
            }

            return false;
        }
    }

    private async Task WriteGroupAsync(List<InboxRequest> group, CancellationToken stoppingToken)
    {
        using var activity = SampleTrace.StartProcess(StoreTelemetry.Source, "store inbox write", group.SelectMany(r => r.Traces));
        activity?.SetTag("perfplatform.store.batches", group.Sum(r => r.Batches.Count));
        var unknown = new Dictionary<Fingerprint, SeriesDescriptor>();
        try
        {
            group = await AcceptAsync(group, unknown, stoppingToken);
            if (group.Count == 0) return;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            timeout.CancelAfter(_options.CommitTimeout);
            await CommitAsync(group, unknown, timeout.Token);
            Trouble = null;
        }
        catch (PostgresException e) when (!e.IsTransient && group.Count > 1)
        {
            // One of them is not acceptable: each alone, so that only the one fails.
            LogGroupFailed(_logger, group.Count, e.MessageText);
            foreach (var request in group.ToList()) await WriteGroupAsync([request], stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            if (e is CommitDoubtfulException or LeaseLostException)
            {
                foreach (var number in group.SelectMany(r => r.Batches).Select(b => b.Partition).Distinct()) _partitions[number].Invalidate();
            }

            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            Trouble = ServerTrouble.Reason(e);
            LogWriteFailed(_logger, group.Count, Trouble);
            foreach (var request in group) Refuse(request, (ServerTrouble.Name(e) ?? "The database does not take samples now") + ".", e);
        }
        catch (OperationCanceledException e)
        {
            foreach (var request in group) Refuse(request, "The store is stopping.", e);
            throw;
        }
    }

    /// <summary>Those that can be written now; the others are answered here.</summary>
    private async Task<List<InboxRequest>> AcceptAsync(List<InboxRequest> group, Dictionary<Fingerprint, SeriesDescriptor> unknown, CancellationToken cancellationToken)
    {
        var full = _partitions.HeadBytes > _options.HeadBytes;
        if (full) _flush.Set();
        var accepted = new List<InboxRequest>(group.Count);
        foreach (var request in group)
        {
            if (full) Refuse(request, "Segments cannot be written as fast as samples come; memory is full.", null);
            else if (request.Batches.Any(b => _partitions[b.Partition].WritableEpoch == 0)) Refuse(request, "The store is starting, or another process writes this partition.", null);
            else if (await CollectAsync(request, unknown, cancellationToken) is { } refusal) Refuse(request, refusal);
            else accepted.Add(request);
        }

        return accepted;
    }

    /// <summary>Finds out which series the samples are of; answers why that cannot be told, or null.</summary>
    private async ValueTask<SinkUnavailableException?> CollectAsync(InboxRequest request, Dictionary<Fingerprint, SeriesDescriptor> unknown, CancellationToken cancellationToken)
    {
        var missing = new List<int>();
        var complete = true;
        foreach (var batch in request.Batches) complete &= BatchSeriesIds.TryCollect(batch, _registry, unknown, missing);
        if (complete) return null;

        // Another process may have registered them.
        if (missing.Count > 0)
        {
            try
            {
                await _loader.LoadAsync(missing, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogWriteFailed(_logger, 1, e.Message);
                return new SinkUnavailableException("The database does not say which series the samples are of.", e);
            }

            missing.Clear();
            complete = true;
            foreach (var batch in request.Batches) complete &= BatchSeriesIds.TryCollect(batch, _registry, unknown, missing);
            if (complete) return null;
        }

        // Senders that know another epoch hear of ours, and then send labels.
        _announcer.AnnounceEpoch();
        return new SinkUnavailableException("The samples name series by ids that the registry does not have. Send them with their labels.") { IsFinal = true };
    }

    private async Task CommitAsync(List<InboxRequest> group, Dictionary<Fingerprint, SeriesDescriptor> unknown, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        var rows = new List<InboxRow>(group.Count);
        var epochs = new Dictionary<int, long>();
        foreach (var request in group)
        {
            for (var i = 0; i < request.Batches.Count; i++)
            {
                var batch = request.Batches[i];
                rows.Add(new InboxRow(0, batch.Partition, batch.Stamp, request.Payloads[i]));
                epochs[batch.Partition] = _partitions[batch.Partition].WritableEpoch;
            }
        }

        var written = rows.ToArray();
        var registered = await _transaction.CommitAsync(epochs, unknown, written, cancellationToken);
        foreach (var entry in registered)
        {
            // A series that is new has nothing stored: no need to look there for its newest sample.
            if (!_registry.TryGet(entry.Id, out _) && entry.Id > _registry.MaxId) _latest.Learn(entry.Id, null);
        }

        _registry.Add(registered);
        Publish(group, written, epochs, start);
    }

    /// <summary>After the commit: into the head, then the answers, then the listeners.</summary>
    private void Publish(List<InboxRequest> group, InboxRow[] rows, Dictionary<int, long> epochs, long start)
    {
        var resolved = new List<SampleBatch>(rows.Length);
        long samples = 0;
        foreach (var batch in group.SelectMany(r => r.Batches))
        {
            var withIds = BatchSeriesIds.Resolve(batch, _registry);
            _partitions[batch.Partition].Append(withIds, rows[resolved.Count].Id, epochs[batch.Partition]);
            resolved.Add(withIds);
            samples += batch.SampleCount;
        }

        foreach (var request in group) request.Done.TrySetResult();
        _telemetry.Committed(samples, _clock.GetElapsedTime(start));
        var trace = Activity.Current?.Context ?? default;
        foreach (var batch in resolved)
        {
            _listeners.Tell(batch, trace);
            _announcer.Announce(batch);
        }

        if (_partitions.All.Any(p => p.Head.ActiveBytes > _options.GenerationBytes)) _flush.Set();
    }

    private void Refuse(InboxRequest request, string reason, Exception? cause) =>
        Refuse(request, cause is null ? new SinkUnavailableException(reason) : new SinkUnavailableException(reason, cause));

    private void Refuse(InboxRequest request, SinkUnavailableException refusal)
    {
        _telemetry.Refused();
        request.Done.TrySetException(refusal);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Requests} requests could not be made durable: {Reason}")]
    private static partial void LogWriteFailed(ILogger logger, int requests, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Requests} requests was refused by the database and is tried one by one: {Reason}")]
    private static partial void LogGroupFailed(ILogger logger, int requests, string reason);
}
