using Microsoft.Extensions.Logging;
using Npgsql;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Shares the partitions of some work among the processes that do it: joins them, renews the leases that are held, takes those that are free and gives back what is
/// more than a share. What a process that ended had goes to the others within a pulse (a quarter of the lease's time), what one that stands still had when the
/// lease's time is over. See <see cref="LeaseTables"/> for the two tables that a schema must have.
/// </summary>
public sealed partial class LeaseKeeper : ILeadership
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private readonly NpgsqlDataSource _database;
    private readonly ILeaseHolder _holder;
    private readonly TimeSpan _time;
    private readonly Func<string> _address;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly LeaseTables _tables;
    private LeaseView _view = LeaseView.Empty;
    private TaskCompletionSource _pulsed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _seenAt;
    private long _joinedAt;
    private bool _isFirst = true;
    private bool _isLocked;

    /// <summary>Prepares the work of one process.</summary>
    /// <param name="database">Where the tables are.</param>
    /// <param name="schema">Their schema.</param>
    /// <param name="holder">Who does the work.</param>
    /// <param name="time">How long a lease holds without a renewal.</param>
    /// <param name="address">Where the other processes reach this one; asked again and again, empty until it is known.</param>
    /// <param name="clock">Measures pulses.</param>
    /// <param name="logger">Told what moves.</param>
    public LeaseKeeper(NpgsqlDataSource database, string schema, ILeaseHolder holder, TimeSpan time, Func<string> address, TimeProvider clock, ILogger logger)
    {
        (_database, _holder, _time, _address, _clock, _logger) = (database, holder, time, address, clock, logger);
        _tables = new LeaseTables(schema, Owner);
    }

    /// <summary>This process, by a name that is never used twice.</summary>
    public string Owner { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>Members and leases as they were at the last pulse.</summary>
    public LeaseView View => Volatile.Read(ref _view);

    /// <summary>Whether other processes take part.</summary>
    public bool HasPeers => View.Members.Any(m => m.IsAlive && m.Owner != Owner);

    /// <inheritdoc />
    public bool IsLeader => View.Owner(0) is not { } leader || leader.Owner == Owner;

    /// <inheritdoc />
    public string LeaderAddress => View.Owner(0) is { } leader && leader.Owner != Owner ? leader.Address : "";

    /// <summary>Takes part until it is cancelled; while the database is away it tries again, and what is held stays held as far as this process knows.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var wait = Glance;
        while (true)
        {
            var start = _clock.GetTimestamp();
            try
            {
                await TakePartAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (_clock.GetElapsedTime(start) > TimeSpan.FromSeconds(30)) wait = Glance;
                LogTrouble(_logger, wait.TotalSeconds, e);
                await Task.Delay(wait, _clock, cancellationToken);
                wait = TimeSpan.FromSeconds(Math.Min(2, wait.TotalSeconds * 2));
            }
        }
    }

    /// <summary>Frees what is held, and ends the membership. Where that cannot be done now the leases run out by themselves.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _tables.LeaveAsync(_database, cancellationToken);
        }
        catch (Exception e)
        {
            LogNotLeft(_logger, e.Message);
        }
    }

    /// <summary>
    /// Waits, for a while at most, where this process has not looked at the leases for as long as one holds: it may have stood still, and what it believes to have
    /// may be another's. While the database cannot be asked nobody can take anything, and it returns.
    /// </summary>
    public async Task LookAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(View, LeaseView.Empty) || _clock.GetElapsedTime(Volatile.Read(ref _seenAt)) < _time) return;
        await NextPulseAsync(patience, cancellationToken);
    }

    /// <summary>Waits, for a while at most, for the next look at the leases.</summary>
    public async Task NextPulseAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        await Volatile.Read(ref _pulsed).Task.WaitAsync(patience, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task TakePartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await _tables.JoinAsync(connection, _address(), cancellationToken);
        (_joinedAt, _isLocked) = (_clock.GetTimestamp(), false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var turn = new SemaphoreSlim(1, 1);
        Task[] loops = [PulseAsync(connection, turn, stop.Token), WorkAsync(connection, turn, stop.Token)];
        try
        {
            // Neither ends but by a fault.
            await await Task.WhenAny(loops);
        }
        finally
        {
            _isFirst = false;
            await stop.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PulseAsync(NpgsqlConnection connection, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        while (true)
        {
            await LookAsync(connection, turn, cancellationToken);
            await Task.Delay(_time / 4, _clock, cancellationToken);
        }
    }

    private async Task LookAsync(NpgsqlConnection connection, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isLocked) _isLocked = await _tables.TryLockAsync(connection, cancellationToken);
            var held = Enumerable.Range(0, _holder.Partitions).Select(p => (Partition: p, Epoch: _holder.HeldEpoch(p))).Where(p => p.Epoch > 0).ToDictionary(p => p.Partition, p => p.Epoch);
            var trusting = !_isFirst && _clock.GetElapsedTime(_joinedAt) < _time;
            Volatile.Write(ref _view, await _tables.PulseAsync(connection, _address(), held, _time, trusting, cancellationToken));
            Volatile.Write(ref _seenAt, _clock.GetTimestamp());
        }
        finally
        {
            turn.Release();
        }

        Interlocked.Exchange(ref _pulsed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task WorkAsync(NpgsqlConnection connection, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        await LookAsync(connection, turn, cancellationToken);
        while (true)
        {
            if (await StepAsync(cancellationToken)) await LookAsync(connection, turn, cancellationToken);
            else await Task.Delay(Glance, _clock, cancellationToken);
        }
    }

    /// <summary>Does what the last look asks for; returns whether anything moved.</summary>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var held = new long[_holder.Partitions];
        for (var i = 0; i < held.Length; i++) held[i] = _holder.HeldEpoch(i);

        // After what is held: a lease that was taken meanwhile is in the look, and one that is not in the look was not held then.
        var steps = LeasePlan.Of(View, Owner, held);
        var moved = false;
        for (var i = 0; i < steps.Length; i++)
        {
            switch (steps[i])
            {
                case LeaseStep.Take:
                    moved |= await TakeAsync(i, cancellationToken);
                    break;
                case LeaseStep.GiveBack:
                    await _holder.GiveBackAsync(i, cancellationToken);
                    await _tables.ReleaseAsync(_database, i, cancellationToken);
                    LogGivenBack(_logger, i);
                    moved = true;
                    break;
                case LeaseStep.Leave:
                    if (held[i] > 0) LogLost(_logger, i);
                    await _holder.LoseAsync(i, cancellationToken);
                    break;
                default:
                    break;
            }
        }

        return moved;
    }

    private async Task<bool> TakeAsync(int partition, CancellationToken cancellationToken)
    {
        if (await _tables.TryTakeAsync(_database, partition, _time, cancellationToken) is not { } epoch)
        {
            await _holder.LoseAsync(partition, cancellationToken);
            return false;
        }

        await _holder.TakeAsync(partition, epoch, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of partition {Partition} went to another process")]
    private static partial void LogLost(ILogger logger, int partition);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition} is given to another process, which has fewer")]
    private static partial void LogGivenBack(ILogger logger, int partition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases could not be given back and run out by themselves: {Reason}")]
    private static partial void LogNotLeft(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases cannot be kept; next try in {Seconds} s")]
    private static partial void LogTrouble(ILogger logger, double seconds, Exception exception);
}
