using PerfPlatform.Analysis.Migrations;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Asks every minute whether the inbox has space to give back, and less often while it cannot: a long transaction somewhere in the database keeps what is deleted.
/// </summary>
internal sealed partial class InboxKeeper(InboxSpace space, SchemaReady<MetricsContext> schema, TimeProvider clock, ILogger<InboxKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(16);

    /// <summary>How long to wait after a round that gave back so much; null: there was nothing to do.</summary>
    public static TimeSpan Next(TimeSpan last, long? released) => released is null or > InboxSpace.Slack / 2 ? Every : last * 2 < Longest ? last * 2 : Longest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            for (var wait = Every; ;)
            {
                await Task.Delay(wait, clock, stoppingToken);
                try
                {
                    wait = Next(wait, await space.ReleaseAsync(stoppingToken));
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // Nothing is lost by it: the file stays as large as it is.
                    wait = Next(wait, 0);
                    LogFailed(logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The inbox could not give its free space back; it is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
