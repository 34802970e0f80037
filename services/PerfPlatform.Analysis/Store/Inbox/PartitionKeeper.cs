using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>
/// Loads the registry, then takes and keeps the leases of the partitions: reads the inbox of each one it takes into the head before writes are accepted.
/// Holds one session whose advisory locks tell other processes that this one lives.
/// </summary>
internal sealed partial class PartitionKeeper(
    NpgsqlDataSource database,
    SchemaReady<MetricsContext> schema,
    RegistryLoader registry,
    PartitionSet partitions,
    InboxReplay replay,
    RecentBound recent,
    IOptions<StoreOptions> options,
    TimeProvider clock,
    ILogger<PartitionKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BoundRetry = TimeSpan.FromMinutes(1);
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly HashSet<int> _locked = []; // bounded by the partitions

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await RetryAsync("The series registry cannot be read", registry.LoadAsync, stoppingToken);
            await RetryAsync("The leases of the partitions cannot be kept", KeepAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Gives the leases back, once the last segments are written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested) return;
        foreach (var partition in partitions.All) partition.Invalidate();
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await PartitionLease.ReleaseAsync(connection, _owner, cancellationToken);
        }
        catch (Exception e)
        {
            LogTrouble(logger, "The leases could not be given back and run out by themselves", 0, e);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        _locked.Clear();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var renewEvery = options.Value.LeaseTime / 3;
        var renewed = long.MinValue;
        var boundSought = clock.GetTimestamp();
        while (true)
        {
            var due = renewed == long.MinValue || clock.GetElapsedTime(renewed) >= renewEvery;
            if (due)
            {
                await RenewAsync(connection, cancellationToken);
                renewed = clock.GetTimestamp();
            }

            if (clock.GetElapsedTime(boundSought) > BoundRetry)
            {
                foreach (var partition in partitions.All.Where(p => p.HeldEpoch > 0 && p.Recent.View.CompleteFrom == long.MaxValue)) await recent.FindAsync(partition, cancellationToken);
                boundSought = clock.GetTimestamp();
            }

            foreach (var partition in partitions.All)
            {
                // One that is elsewhere is asked for when the others are renewed; a new or doubtful one at once.
                if (partition.State == PartitionState.Starting || (due && partition.State == PartitionState.Elsewhere)) await TakeAsync(connection, partition, cancellationToken);
            }

            await Task.Delay(Glance, clock, cancellationToken);
        }
    }

    private async Task RenewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var held = partitions.All.Where(p => p.HeldEpoch > 0).ToList();
        if (held.Count == 0) return;
        foreach (var partition in held)
        {
            if (!_locked.Contains(partition.Number) && await PartitionLease.TryLockAsync(connection, partition.Number, cancellationToken)) _locked.Add(partition.Number);
        }

        var kept = await PartitionLease.RenewAsync(connection, held, _owner, options.Value.LeaseTime, cancellationToken);
        foreach (var partition in held.Where(p => !kept.Contains(p.Number)))
        {
            LogLost(logger, partition.Number);
            await partition.LoseAsync(cancellationToken);
        }
    }

    private async Task TakeAsync(NpgsqlConnection connection, Partition partition, CancellationToken cancellationToken)
    {
        if (!_locked.Contains(partition.Number) && await PartitionLease.TryLockAsync(connection, partition.Number, cancellationToken)) _locked.Add(partition.Number);
        var epoch = await PartitionLease.TryTakeAsync(connection, partition.Number, _owner, options.Value.LeaseTime, _locked.Contains(partition.Number), cancellationToken);
        if (epoch is null)
        {
            if (partition.State != PartitionState.Elsewhere) LogElsewhere(logger, partition.Number);
            partition.Wait();
            return;
        }

        await partition.BeginReplayAsync(epoch.Value, cancellationToken);
        await recent.FindAsync(partition, cancellationToken);
        var rows = await replay.ReadAsync(partition, cancellationToken);
        partition.EndReplay();
        LogTaken(logger, partition.Number, epoch.Value, rows);
    }

    /// <summary>Tries again, 0.2 to 5 s apart, until it works.</summary>
    private async Task RetryAsync(string what, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        var wait = Glance;
        while (true)
        {
            var start = clock.GetTimestamp();
            try
            {
                await action(cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(start) > TimeSpan.FromSeconds(30)) wait = Glance;

                // A replay that was cut off begins anew.
                foreach (var partition in partitions.All.Where(p => p.State == PartitionState.Replaying))
                {
                    partition.EndReplay();
                    partition.Invalidate();
                }

                LogTrouble(logger, what, wait.TotalSeconds, e);
                await Task.Delay(wait, clock, cancellationToken);
                wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition} is written here (epoch {Epoch}); {Rows} inbox rows were read back")]
    private static partial void LogTaken(ILogger logger, int partition, long epoch, int rows);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} has another writer; waiting for its lease")]
    private static partial void LogElsewhere(ILogger logger, int partition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of partition {Partition} went to another writer")]
    private static partial void LogLost(ILogger logger, int partition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}; next try in {Seconds} s")]
    private static partial void LogTrouble(ILogger logger, string what, double seconds, Exception exception);
}
