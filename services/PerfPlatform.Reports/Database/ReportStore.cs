using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Reports;

namespace PerfPlatform.Reports.Database;

/// <summary>What a worker does with the rows of reports. Every step names the attempt, so a worker that lost its lease changes nothing.</summary>
public sealed class ReportStore(IDbContextFactory<ReportsDbContext> contexts, IOptions<ReportsOptions> options, TimeProvider clock)
{
    /// <summary>Takes a report that nobody is making; null where there is none such.</summary>
    public async Task<ReportRow?> ClaimAsync(string id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lease = now + options.Value.Lease;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var claimed = await context.Reports
            .Where(r => r.Id == id && (r.Status == ReportStatus.Queued || r.Status == ReportStatus.Running) && (r.LeaseUntil == null || r.LeaseUntil < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(r => r.Status, ReportStatus.Running).SetProperty(r => r.Progress, 0)
                    .SetProperty(r => r.Attempt, r => r.Attempt + 1).SetProperty(r => r.LeaseUntil, lease),
                cancellationToken);
        return claimed == 0 ? null : await context.Reports.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>Notes progress and prolongs the lease; false when the report was removed or taken by another.</summary>
    public async Task<bool> ProgressAsync(ReportRow report, int progress, CancellationToken cancellationToken)
    {
        var lease = clock.GetUtcNow() + options.Value.Lease;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Mine(context, report).ExecuteUpdateAsync(set => set.SetProperty(r => r.Progress, progress).SetProperty(r => r.LeaseUntil, lease), cancellationToken) > 0;
    }

    /// <summary>Stores the file and says done, in one transaction; false when the report was removed or taken by another.</summary>
    public async Task<bool> DoneAsync(ReportRow report, ReportFileRow file, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var size = (long?)file.Content.Length;
        DateTimeOffset? now = clock.GetUtcNow();
        var done = await Mine(context, report).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Status, ReportStatus.Done).SetProperty(r => r.Progress, 100).SetProperty(r => r.Size, size)
                .SetProperty(r => r.FinishedAt, now).SetProperty(r => r.Error, (string?)null).SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null),
            cancellationToken);
        if (done == 0) return false;
        context.Files.Add(file);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The schedule of a report that an attempt has made; null where another made it, it is not done, or no schedule asked for it.</summary>
    public async Task<string?> MadeAsync(string id, int attempt, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reports.Where(r => r.Id == id && r.Attempt == attempt && r.Status == ReportStatus.Done).Select(r => r.ScheduleId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Says that it failed, for good or to be tried again.</summary>
    public async Task FailedAsync(ReportRow report, string error, bool final, CancellationToken cancellationToken)
    {
        DateTimeOffset? finished = final ? clock.GetUtcNow() : null;
        var status = final ? ReportStatus.Failed : ReportStatus.Queued;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await Mine(context, report).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Status, status).SetProperty(r => r.FinishedAt, finished).SetProperty(r => r.Error, error)
                .SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null),
            cancellationToken);
    }

    /// <summary>Ids of reports that wait or were left by a worker that is gone, the oldest first.</summary>
    public async Task<IReadOnlyList<string>> OrphansAsync(TimeSpan waiting, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var since = now - waiting;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reports
            .Where(r => (r.Status == ReportStatus.Running && r.LeaseUntil < now) || (r.Status == ReportStatus.Queued && r.CreatedAt < since && (r.LeaseUntil == null || r.LeaseUntil < now)))
            .OrderBy(r => r.Id).Select(r => r.Id).Take(options.Value.MaxQueued).ToListAsync(cancellationToken);
    }

    /// <summary>Removes reports that are too old or too many; returns how many.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow() - options.Value.MaxAge;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var removed = await context.Reports.Where(r => r.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        var last = await context.Reports.OrderByDescending(r => r.Id).Select(r => r.Id).Skip(options.Value.MaxReports).FirstOrDefaultAsync(cancellationToken);
        if (last is null) return removed;
        return removed + await context.Reports.Where(r => string.Compare(r.Id, last) <= 0).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<ReportRow> Mine(ReportsDbContext context, ReportRow report) =>
        context.Reports.Where(r => r.Id == report.Id && r.Attempt == report.Attempt && r.Status == ReportStatus.Running);
}
