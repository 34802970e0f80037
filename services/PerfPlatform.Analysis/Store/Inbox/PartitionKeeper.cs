using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>Loads the registry, then takes part in the work on the partitions until the process stops.</summary>
internal sealed partial class PartitionKeeper(
    SchemaReady<MetricsContext> schema, RegistryLoader registry, PartitionSet partitions, RecentBound recent, LeaseKeeper leases, TimeProvider clock, ILogger<PartitionKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BoundRetry = TimeSpan.FromMinutes(1);

    /// <summary>Gives the leases back, once the last segments are written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested) return;
        foreach (var partition in partitions.All) partition.Invalidate();
        await leases.LeaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await LoadAsync(stoppingToken);
            await Task.WhenAll(leases.RunAsync(stoppingToken), SeekBoundsAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Tries again, 0.2 to 5 s apart, until it works.</summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2)))
        {
            try
            {
                await registry.LoadAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotLoaded(logger, wait.TotalSeconds, e);
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    /// <summary>Looks again where the database took too long to say from when on memory answers alone.</summary>
    private async Task SeekBoundsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(BoundRetry, clock, cancellationToken);
            foreach (var partition in partitions.All.Where(p => p.HeldEpoch > 0 && p.Recent.View.CompleteFrom == long.MaxValue)) await recent.FindAsync(partition, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The series registry cannot be read; next try in {Seconds} s")]
    private static partial void LogNotLoaded(ILogger logger, double seconds, Exception exception);
}
