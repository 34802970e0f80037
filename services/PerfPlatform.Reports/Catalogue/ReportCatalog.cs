using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;

namespace PerfPlatform.Reports.Catalogue;

/// <summary>Takes requests for reports and shows what became of them.</summary>
public sealed class ReportCatalog(
    IDbContextFactory<ReportsDbContext> contexts, ReportRequestRules rules, ReportQueue queue, IOptions<ReportsOptions> options, TimeProvider clock) : IReportCatalog
{
    /// <inheritdoc />
    public async Task<Page<Report>> ReportsAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > 1000) throw new QueryException("'limit' is from 1 to 1000.");
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Reports.AsNoTracking().Where(r => cursor == null || string.Compare(r.Id, cursor) < 0)
            .OrderByDescending(r => r.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return new Page<Report>([.. rows.Take(limit).Select(r => r.ToReport())], rows.Count > limit ? rows[limit - 1].Id : null);
    }

    /// <summary>One by its id, or null.</summary>
    public async Task<Report?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.Reports.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken))?.ToReport();
    }

    /// <summary>The file of a report that is done, or null.</summary>
    public async Task<ReportFileRow?> FileAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Files.AsNoTracking().FirstOrDefaultAsync(f => f.ReportId == id, cancellationToken);
    }

    /// <summary>Removes a report with its file; false when there is none. A worker that makes it finds it gone and stops.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reports.Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <inheritdoc />
    public Task<Report> CreateAsync(ReportRequest request, string? createdBy, CancellationToken cancellationToken) => CreateAsync(request, createdBy, null, null, cancellationToken);

    /// <summary>Asks for a report on behalf of a user or a schedule; one that has the id already is that report.</summary>
    public async Task<Report> CreateAsync(ReportRequest request, string? createdBy, string? schedule, string? id, CancellationToken cancellationToken)
    {
        if (id is not null && await FindAsync(id, cancellationToken) is { } there) return there;
        var now = clock.GetUtcNow();
        var (from, to) = rules.Check(request, now);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Reports.CountAsync(r => r.Status == ReportStatus.Queued, cancellationToken) >= options.Value.MaxQueued)
            throw new QueryException($"{options.Value.MaxQueued} reports wait already: try again when some of them are done.");
        var row = new ReportRow
        {
            Id = id ?? Guid.CreateVersion7(now).ToString("N"),
            Kind = request.Kind,
            Format = request.Format,
            Status = ReportStatus.Queued,
            From = from,
            To = to,
            Match = [.. request.Match],
            CreatedAt = now,
            CreatedBy = createdBy,
            ScheduleId = schedule,
        };
        context.Reports.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        queue.Enqueue(row.Id);
        return row.ToReport();
    }
}
