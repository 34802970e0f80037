using MassTransit;
using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Catalogue;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Webhooks;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Recording;

/// <summary>
/// Writes the evaluator's changes to PostgreSQL beside it. While the database is away they wait (bounded) and are written in order when it is back.
/// What is written is announced on the bus and to the webhooks.
/// </summary>
public sealed partial class AlertRecorder(
    AlertStore store, IBus bus, NotificationSignal notifications, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<AlertRecorder> logger)
    : ILeaderWork, IDisposable
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan s_positionEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // Bounded by AlertingOptions.BufferedChanges: the oldest go.
    private readonly Queue<AlertChange> _waiting = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private DateTimeOffset _evaluatedTo;
    private DateTimeOffset _writtenTo;
    private LeaderTerm _term = null!;

    /// <summary>Whether the last write succeeded.</summary>
    public bool IsAvailable { get; private set; } = true;

    /// <summary>What the database lacks, where it answers and does not take what is written; see <see cref="ServerTrouble"/>.</summary>
    public string? Trouble { get; private set; }

    /// <summary>How many changes wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Takes changes; never waits.</summary>
    public void Add(IReadOnlyList<AlertChange> changes, DateTimeOffset evaluatedTo)
    {
        lock (_lock)
        {
            _evaluatedTo = evaluatedTo;
            foreach (var change in changes)
            {
                if (_waiting.Count >= options.Value.BufferedChanges) _waiting.Dequeue();
                _waiting.Enqueue(change);
            }
        }

        if ((changes.Count > 0 || evaluatedTo - _writtenTo >= s_positionEvery) && _wake.CurrentCount == 0) Wake();
    }

    /// <summary>The alerts that were not over, up to where rules were evaluated, and groups that were judged further; waits for the database.</summary>
    public async Task<(IReadOnlyList<ActiveAlert> Active, IReadOnlyList<JudgedGroup> Judged, DateTimeOffset? EvaluatedTo)> LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var position = await store.EvaluatedToAsync(cancellationToken);
                return (await store.ActiveAsync(cancellationToken), await store.JudgedAsync(position, cancellationToken), position);
            }
            catch (Exception e) when (DatabaseTrouble.Is(e) && !cancellationToken.IsCancellationRequested)
            {
                LogAway(logger, 0, e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        Begin(term);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await _wake.WaitAsync(stop);
                try
                {
                    while (await WriteAsync(stop)) await AnnounceWaitingAsync(stop);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    LogFailed(logger, e);
                    (IsAvailable, Trouble) = (false, ServerTrouble.Name(e));
                }

                if (!IsAvailable) await RetryLaterAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What the evaluator found last is written before another process goes on.
            while (!term.Lost.IsCancellationRequested && await WriteAsync(term.Lost)) _written.Clear();
        }
    }

    // Filled by WriteAsync, emptied by AnnounceWaitingAsync: at most MostAtOnce.
    private readonly List<AlertChange> _written = [];

    private void Begin(LeaderTerm term)
    {
        lock (_lock)
        {
            _waiting.Clear();
            (_evaluatedTo, _writtenTo) = (default, default);
        }

        _written.Clear();
        (_term, IsAvailable) = (term, true);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
            return;
        }
    }

    /// <returns>Whether something was written.</returns>
    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        List<AlertChange> changes;
        DateTimeOffset to;
        lock (_lock)
        {
            changes = [.. _waiting.Take(MostAtOnce)];
            to = _evaluatedTo;
        }

        if (changes.Count == 0 && to - _writtenTo < s_positionEvery) return false;
        try
        {
            // With changes left to write the position stays: after a crash they are found again.
            await WriteAsync(changes, Waiting > changes.Count ? _writtenTo : to, cancellationToken);
        }
        catch (Exception e) when (DatabaseTrouble.Is(e) || e is OperationCanceledException)
        {
            if (IsAvailable) LogAway(logger, Waiting, e);
            (IsAvailable, Trouble) = (false, ServerTrouble.Name(e));
            return false;
        }

        lock (_lock)
        {
            // Only while full can the oldest have gone meanwhile; then what was written is gone from the front too.
            foreach (var change in changes)
            {
                if (_waiting.TryPeek(out var first) && ReferenceEquals(first, change)) _waiting.Dequeue();
            }
        }

        if (!IsAvailable) LogBack(logger, changes.Count);
        (IsAvailable, _writtenTo) = (true, to);
        _written.AddRange(changes);
        return true;
    }

    private async Task WriteAsync(List<AlertChange> changes, DateTimeOffset to, CancellationToken cancellationToken)
    {
        try
        {
            await store.WriteAsync(_term, changes, to, cancellationToken);
        }
        catch (Exception e) when (changes.Count > 0 && !DatabaseTrouble.Is(e) && e is not OperationCanceledException)
        {
            // One that cannot be written must not hold up the others: each by itself, and writing the same again changes nothing.
            if (changes.Count == 1) LogUnwritable(logger, e, changes[0].Alert.Id, changes[0].Alert.RuleId);
            else await WriteSinglyAsync(changes, cancellationToken);
            await store.WriteAsync(_term, [], to, cancellationToken);
        }
    }

    private async Task WriteSinglyAsync(List<AlertChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes) await WriteAsync([change], _writtenTo, cancellationToken);
    }

    private async Task AnnounceWaitingAsync(CancellationToken cancellationToken)
    {
        var told = _written.Where(c => c.Transition != AlertTransition.None).ToList();
        _written.Clear();
        if (told.Count == 0) return;
        notifications.Set();
        foreach (var change in told)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(2));
                await bus.Publish(new AlertStateChanged { Alert = change.Alert }, patience.Token);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The database has it; listeners read it there.
                LogUnannounced(logger, change.Alert.Id, e.Message);
                return;
            }
        }
    }

    private async Task RetryLaterAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
        Wake();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; {Count} changes of alerts wait for it")]
    private static partial void LogAway(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes of alerts met an error of ours; they are tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The change of alert {AlertId} of rule {RuleId} cannot be written and is left out")]
    private static partial void LogUnwritable(ILogger logger, Exception exception, string alertId, string ruleId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is back; {Count} changes of alerts were written")]
    private static partial void LogBack(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The change of alert {AlertId} could not be announced on the bus: {Reason}")]
    private static partial void LogUnannounced(ILogger logger, string alertId, string reason);
}
