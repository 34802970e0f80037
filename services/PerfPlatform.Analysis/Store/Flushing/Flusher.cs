using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Flushing;

/// <summary>Writes the heads as segments: every interval, when one is large, and once more at the end.</summary>
internal sealed partial class Flusher(
    PartitionSet partitions, PartitionFlush flush, FlushSignal signal, IOptions<StoreOptions> options, TimeProvider clock, ILogger<Flusher> logger) : BackgroundService
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Why the last flush failed, or null.</summary>
    public string? Trouble { get; private set; }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!cancellationToken.IsCancellationRequested) await FlushAllAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var backOff = TimeSpan.Zero;
            while (true)
            {
                if (backOff > TimeSpan.Zero) await Task.Delay(backOff, clock, stoppingToken);
                else await signal.WaitAsync(options.Value.FlushInterval, clock, stoppingToken);
                var done = await FlushAllAsync(stoppingToken);
                backOff = done ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Clamp(backOff.TotalSeconds * 2, 0.25, MaxWait.TotalSeconds));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes what is left.
        }
    }

    private async Task<bool> FlushAllAsync(CancellationToken cancellationToken)
    {
        string? trouble = null;
        foreach (var partition in partitions.All)
        {
            try
            {
                // One that is being read from the inbox is written by the reader.
                if (partition.State == PartitionState.Ready) await flush.RunAsync(partition, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                trouble = ServerTrouble.Reason(e);
                LogFailed(logger, partition.Number, trouble);
            }
        }

        Trouble = trouble;
        return trouble is null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The segments of partition {Partition} could not be written; they stay in memory and in the inbox: {Reason}")]
    private static partial void LogFailed(ILogger logger, int partition, string reason);
}
