using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Webhooks.Deliveries;

namespace PerfPlatform.Alerting.Retention;

/// <summary>Deletes what has been kept long enough, once an hour.</summary>
public sealed partial class AlertingRetention(
    IDbContextFactory<AlertingContext> contexts, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<AlertingRetention> logger)
    : ILeaderWork
{
    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await DeleteAsync(stop);
            }
            catch (Exception e) when (DatabaseTrouble.Is(e) && !stop.IsCancellationRequested)
            {
                LogRetry(logger, e);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>Deletes once.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var deliveriesBefore = now - options.Value.DeliveryRetention;
        var alertsBefore = now - options.Value.AlertRetention;
        await context.Deliveries.Where(d => d.CreatedAt < deliveriesBefore && d.Status != DeliveryStatus.Pending).ExecuteDeleteAsync(cancellationToken);
        await context.Alerts.Where(a => a.ResolvedAt < alertsBefore).ExecuteDeleteAsync(cancellationToken);
        await context.Silences.Where(s => s.EndsAt < deliveriesBefore).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deleting old alerts and deliveries met an error of ours; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old alerts and deliveries could not be deleted now")]
    private static partial void LogRetry(ILogger logger, Exception exception);
}
