using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Leading;

/// <summary>
/// Begins the leader's work when this process gets the lease, and ends it when the lease goes elsewhere. The works are begun in their order and ended, where the
/// lease is given back, one after the other from the last, so that what one finds last is written by those before it.
/// </summary>
public sealed partial class LeaderHolder(IEnumerable<ILeaderWork> works, IEnumerable<DurableSampleFeed> feeds, TimeProvider clock, ILogger<LeaderHolder> logger) : ILeaseHolder, IDisposable
{
    // What another process waits for at most.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<(Task Running, CancellationTokenSource Stop)> _running = []; // one of each work
    private volatile LeaderTerm? _term;
    private bool _isLeaving;

    /// <inheritdoc />
    public int Partitions => 1;

    /// <summary>Whether this process leads.</summary>
    public bool IsLeading => _term is not null;

    /// <inheritdoc />
    public long HeldEpoch(int partition) => _term?.Epoch ?? 0;

    /// <inheritdoc />
    public async Task TakeAsync(int partition, long epoch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isLeaving) return;
            await DropAsync();
            var term = new LeaderTerm(epoch);
            LogTaken(logger, epoch);
            foreach (var work in works)
            {
                var stop = new CancellationTokenSource();
                _running.Add((KeepAsync(work, term, stop.Token), stop));
            }

            _term = term;
            foreach (var feed in feeds) feed.Open(epoch);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async Task LoseAsync(int partition, CancellationToken cancellationToken)
    {
        if (_term is null) return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await DropAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async Task GiveBackAsync(int partition, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await FinishAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives back for good: the process ends.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        _isLeaving = true;
        return GiveBackAsync(0, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, stop) in _running) stop.Dispose();
        _term?.Dispose();
        _turn.Dispose();
    }

    private async Task DropAsync()
    {
        if (_term is not { } term) return;
        _term = null;
        term.Lose();
        foreach (var (_, stop) in _running) await stop.CancelAsync();
        await CloseFeedsAsync();
        await EndAsync(term);
        LogElsewhere(logger, term.Epoch);
    }

    private async Task FinishAsync()
    {
        if (_term is not { } term) return;
        await CloseFeedsAsync();
        using (var patience = new CancellationTokenSource(s_patience, clock))
        await using (patience.Token.Register(term.Lose))
        {
            for (var i = _running.Count - 1; i >= 0; i--)
            {
                await _running[i].Stop.CancelAsync();
                await _running[i].Running;
            }
        }

        _term = null;
        await EndAsync(term);
        LogGivenBack(logger, term.Epoch);
    }

    private async Task EndAsync(LeaderTerm term)
    {
        foreach (var (running, stop) in _running)
        {
            await running;
            stop.Dispose();
        }

        _running.Clear();
        term.Dispose();
    }

    private async Task CloseFeedsAsync()
    {
        foreach (var feed in feeds)
        {
            try
            {
                using var patience = new CancellationTokenSource(s_patience, clock);
                await feed.CloseAsync(patience.Token);
            }
            catch (Exception e)
            {
                // The broker is away, or the bus has ended before: nothing comes either way.
                LogNotClosed(logger, e.Message);
            }
        }
    }

    private async Task KeepAsync(ILeaderWork work, LeaderTerm term, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await work.RunAsync(term, stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogStumbled(logger, work.GetType().Name, e);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This process evaluates and notifies (epoch {Epoch})")]
    private static partial void LogTaken(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another process evaluates and notifies; this one has ended its work (epoch {Epoch})")]
    private static partial void LogElsewhere(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Information, Message = "Evaluation and notifications are handed on (epoch {Epoch})")]
    private static partial void LogGivenBack(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Information, Message = "The queue of samples could not be left in order: {Reason}")]
    private static partial void LogNotClosed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} met an error of ours and begins again")]
    private static partial void LogStumbled(ILogger logger, string work, Exception exception);
}
