using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Audit;

/// <summary>Writes and reads <c>access.audit</c>, and once a day removes what is older than thirteen months.</summary>
public sealed partial class AuditLog(IDbContextFactory<AccessDbContext> contexts, SchemaReady<AccessDbContext> schema, TimeProvider time, ILogger<AuditLog> logger) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>Notes what a request did.</summary>
    public Task AppendAsync(HttpContext http, string action, string? target, string? detail, CancellationToken cancellationToken) =>
        AppendAsync(Actor.Of(http.User), action, target, detail, http.Connection.RemoteIpAddress?.ToString(), cancellationToken);

    /// <summary>Notes what somebody did.</summary>
    public async Task AppendAsync(string actor, string action, string? target, string? detail, string? address, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = actor, Action = action, Target = target, Detail = detail, Address = address });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Entries, newest first.</summary>
    public async Task<Page<AuditEntry>> ListAsync(int limit, long? before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Audit.AsNoTracking().Where(e => before == null || e.Id < before).OrderByDescending(e => e.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).ToList();
        return new Page<AuditEntry>(items, rows.Count > limit ? items[^1].Id.ToString() : null);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), time);
        do
        {
            try
            {
                var before = time.GetUtcNow() - Kept;
                await using var db = await contexts.CreateDbContextAsync(stoppingToken);
                await db.Audit.Where(e => e.At < before).ExecuteDeleteAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotTrimmed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of the audit log could not be removed; the next try is tomorrow")]
    private partial void LogNotTrimmed(Exception exception);
}
