using Microsoft.EntityFrameworkCore;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Silences;

/// <summary>Keeps the silences in PostgreSQL.</summary>
public sealed class SilenceStore(IDbContextFactory<AlertingContext> contexts, TimeProvider clock)
{
    /// <summary>The most silences that are not over.</summary>
    public const int MaxSilences = 1000;

    /// <summary>Those that hold at a moment.</summary>
    public async Task<ActiveSilences> ActiveAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Silences.AsNoTracking().Where(s => s.StartsAt <= at && s.EndsAt > at).OrderBy(s => s.Id).Take(MaxSilences).ToListAsync(cancellationToken);
        return new ActiveSilences([.. rows.Select(Read)]);
    }

    /// <summary>A page, newest first.</summary>
    public async Task<Page<Silence>> PageAsync(int limit, Guid? cursor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Silences.AsNoTracking().Where(s => cursor == null || s.Id < cursor).OrderByDescending(s => s.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return new Page<Silence>([.. rows.Take(limit).Select(Read)], rows.Count > limit ? rows[limit - 1].Id.ToString("N") : null);
    }

    /// <summary>One, or null.</summary>
    public async Task<Silence?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Silences.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Keeps a new one; null when there are too many.</summary>
    public async Task<Silence?> AddAsync(SilenceDefinition definition, string caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Silences.CountAsync(s => s.EndsAt > now, cancellationToken) >= MaxSilences) return null;
        var row = new SilenceRow { Id = Guid.CreateVersion7(now), Matchers = [], CreatedBy = caller, CreatedAt = now };
        Take(row, definition, caller, now);
        context.Silences.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return Read(row);
    }

    /// <summary>Changes one; null when there is none.</summary>
    public async Task<Silence?> ChangeAsync(Guid id, SilenceDefinition definition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Silences.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } row) return null;
        Take(row, definition, row.CreatedBy, row.StartsAt);
        await context.SaveChangesAsync(cancellationToken);
        return Read(row);
    }

    /// <summary>Removes one; false when there is none.</summary>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Silences.Where(s => s.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    private static void Take(SilenceRow row, SilenceDefinition definition, string caller, DateTimeOffset start)
    {
        row.Matchers = [.. definition.Matchers];
        row.StartsAt = (definition.StartsAt ?? start).ToUniversalTime();
        row.EndsAt = definition.EndsAt!.Value.ToUniversalTime();
        row.CreatedBy = definition.CreatedBy ?? caller;
        row.Comment = definition.Comment;
    }

    private static Silence Read(SilenceRow row) => new()
    {
        Id = row.Id.ToString("N"),
        Matchers = row.Matchers,
        StartsAt = row.StartsAt,
        EndsAt = row.EndsAt,
        CreatedBy = row.CreatedBy,
        Comment = row.Comment,
    };
}
