using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Reads the delivery log. Bounded by <see cref="AlertingOptions.DeliveryRetention"/>.</summary>
public sealed class DeliveryLog(IDbContextFactory<AlertingContext> contexts)
{
    private const int MaxAttempts = 50;

    /// <summary>A page of a webhook's deliveries, newest first.</summary>
    public async Task<Page<Delivery>> PageAsync(Guid webhook, int limit, Guid? cursor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await SnapshotAsync(context, cancellationToken);
        // Ids grow with time.
        var rows = await context.Deliveries.AsNoTracking().Where(d => d.WebhookId == webhook && (cursor == null || d.Id < cursor))
            .OrderByDescending(d => d.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var shown = rows.Take(limit).ToList();
        return new Page<Delivery>(await WithAttemptsAsync(context, shown, cancellationToken), rows.Count > limit ? shown[^1].Id.ToString("N") : null);
    }

    /// <summary>One of a webhook, or null.</summary>
    public async Task<Delivery?> FindAsync(Guid webhook, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await SnapshotAsync(context, cancellationToken);
        var row = await context.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.WebhookId == webhook, cancellationToken);
        return row is null ? null : (await WithAttemptsAsync(context, [row], cancellationToken))[0];
    }

    // An attempt that ends meanwhile is in both answers or in none.
    private static Task<IDbContextTransaction> SnapshotAsync(AlertingContext context, CancellationToken cancellationToken) =>
        context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    private static async Task<IReadOnlyList<Delivery>> WithAttemptsAsync(AlertingContext context, List<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var attempts = (await context.Attempts.AsNoTracking().Where(a => ids.Contains(a.DeliveryId)).OrderBy(a => a.Id).ToListAsync(cancellationToken)).ToLookup(a => a.DeliveryId);
        return
        [
            .. rows.Select(row => new Delivery
            {
                Id = row.Id.ToString("N"),
                Event = row.Event,
                RuleName = row.RuleName,
                Status = row.Status,
                CreatedAt = row.CreatedAt,
                NextAttemptAt = row.Status == DeliveryStatus.Pending ? row.NextAttemptAt : null,
                FinishedAt = row.FinishedAt,
                Attempts = [.. attempts[row.Id].TakeLast(MaxAttempts).Select(a => new DeliveryAttempt(a.At, a.StatusCode, a.DurationMs, a.Error, a.Response))],
            }),
        ];
    }
}
