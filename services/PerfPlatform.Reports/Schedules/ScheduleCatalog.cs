using System.Text.Json;
using Cronos;
using Hangfire;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Schedules;

/// <summary>Schedules of reports. The rows are the truth; Hangfire's recurring jobs are made to agree with them.</summary>
public sealed partial class ScheduleCatalog(IDbContextFactory<ReportsDbContext> contexts, ScheduleRules rules, JobStorage storage, JobServerState state, TimeProvider clock, ILogger<ScheduleCatalog> logger)
{
    /// <summary>The most schedules.</summary>
    public const int MostSchedules = 500;

    private const string Prefix = "report:";
    private readonly RecurringJobManager _jobs = new(storage);

    /// <summary>Schedules by time of creation.</summary>
    public async Task<Page<ReportSchedule>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > 1000) throw new QueryException("'limit' is from 1 to 1000.");
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Schedules.AsNoTracking().Where(s => cursor == null || string.Compare(s.Id, cursor) > 0).OrderBy(s => s.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return new Page<ReportSchedule>([.. rows.Take(limit).Select(Show)], rows.Count > limit ? rows[limit - 1].Id : null);
    }

    /// <summary>One, or null.</summary>
    public async Task<ReportSchedule?> FindAsync(string id, CancellationToken cancellationToken) => await RowAsync(id, cancellationToken) is { } row ? Show(row) : null;

    /// <summary>One with the secrets of its recipients, or null.</summary>
    public async Task<ScheduleDefinition?> DefinitionAsync(string id, CancellationToken cancellationToken) => await RowAsync(id, cancellationToken) is { } row ? Read(row) : null;

    /// <summary>Makes one.</summary>
    public async Task<ReportSchedule> CreateAsync(ScheduleDefinition definition, string? createdBy, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        rules.Check(definition, now);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Schedules.CountAsync(cancellationToken) >= MostSchedules) throw new QueryException($"There are {MostSchedules} schedules, the most there can be: remove one first.");
        var row = new ScheduleRow { Id = Guid.CreateVersion7(now).ToString("N"), Definition = Write(definition), CreatedAt = now, CreatedBy = createdBy };
        context.Schedules.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        Apply(row);
        return Show(row);
    }

    /// <summary>Changes one; recipients without a secret keep the one that their address had. Null when there is none.</summary>
    public async Task<ReportSchedule?> UpdateAsync(string id, ScheduleDefinition definition, CancellationToken cancellationToken)
    {
        rules.Check(definition, clock.GetUtcNow());
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Schedules.FirstOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } row) return null;
        var before = Read(row).Recipients;
        row.Definition = Write(definition with
        {
            Recipients = [.. definition.Recipients.Select(r => r.Secret is null ? r with { Secret = before.FirstOrDefault(b => b.Url == r.Url)?.Secret } : r)],
        });
        await context.SaveChangesAsync(cancellationToken);
        Apply(row);
        return Show(row);
    }

    /// <summary>Removes one; false when there is none.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Schedules.Where(s => s.Id == id).ExecuteDeleteAsync(cancellationToken) == 0) return false;
        if (state.IsPrepared) _jobs.RemoveIfExists(Prefix + id);
        return true;
    }

    /// <summary>Notes what became of a run.</summary>
    public async Task NoteAsync(string id, DateTimeOffset? ranAt, string? reportId, string? error, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Schedules.FirstOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } row) return;
        row.LastRunAt = ranAt ?? row.LastRunAt;
        row.LastReportId = reportId ?? row.LastReportId;
        row.LastError = error;
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Makes Hangfire's recurring jobs agree with the rows, at the start.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Schedules.AsNoTracking().ToListAsync(cancellationToken);
        foreach (var row in rows) TryApply(row);
        using var connection = storage.GetConnection();
        foreach (var job in connection.GetRecurringJobs().Where(j => j.Id.StartsWith(Prefix, StringComparison.Ordinal) && rows.TrueForAll(r => Prefix + r.Id != j.Id)))
            _jobs.RemoveIfExists(job.Id);
    }

    // One that cannot be read, or whose time zone is not known any more, keeps no other from its time.
    private void TryApply(ScheduleRow row)
    {
        try
        {
            Apply(row);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException or CronFormatException)
        {
            LogUnusable(logger, row.Id, e);
        }
    }

    private void Apply(ScheduleRow row)
    {
        // Before that Hangfire has no tables; SyncAsync follows.
        if (!state.IsPrepared) return;
        var definition = Read(row);
        if (definition.Enabled)
        {
            _jobs.AddOrUpdate<ScheduleJob>(Prefix + row.Id, job => job.RunAsync(row.Id, CancellationToken.None), definition.Cron, new RecurringJobOptions
            {
                TimeZone = TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone),
                // After an outage one report is wanted, not one for every run that was missed.
                MisfireHandling = MisfireHandlingMode.Relaxed,
            });
        }
        else
        {
            _jobs.RemoveIfExists(Prefix + row.Id);
        }
    }

    private async Task<ScheduleRow?> RowAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Schedules.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellationToken);
    }

    private ReportSchedule Show(ScheduleRow row)
    {
        var d = Read(row);
        return new ReportSchedule(
            row.Id, d.Name, d.Cron, d.TimeZone, d.Report, [.. d.Recipients.Select(r => r with { Secret = null })], d.Enabled,
            row.CreatedAt, row.CreatedBy, ScheduleRules.Next(d, clock.GetUtcNow()), row.LastRunAt, row.LastReportId, row.LastError);
    }

    private static ScheduleDefinition Read(ScheduleRow row) => JsonSerializer.Deserialize<ScheduleDefinition>(row.Definition, PerfPlatformJson.Options)!;

    private static string Write(ScheduleDefinition definition) => JsonSerializer.Serialize(definition, PerfPlatformJson.Options);

    [LoggerMessage(Level = LogLevel.Error, Message = "The report schedule {ScheduleId} cannot be used and is left out")]
    private static partial void LogUnusable(ILogger logger, string scheduleId, Exception exception);
}
