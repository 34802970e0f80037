using Microsoft.EntityFrameworkCore;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>
/// Tries at passwords in <c>access.password_tries</c>: counted before the password is looked at and in one statement, so that of many at once, at whatever replica,
/// no more are looked at than may be. In the database because without it nobody can sign in anyway.
/// </summary>
public sealed class PasswordTryStore(IDbContextFactory<AccessDbContext> contexts, TimeProvider time)
{
    // Longer than any of them lasts.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    /// <summary>Asks for a try.</summary>
    public async Task<TryPermit> TakeAsync(string key, LockOut lockOut, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (forgotten, steps, last) = (now - lockOut.Forgotten, lockOut.Steps, lockOut.Steps.Length);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // No row: it is locked.
        var locks = await db.Database.SqlQuery<double>($"""
            INSERT INTO access.password_tries AS t (key, tries, at, locked_until) VALUES ({key}, 1, {now}, {now})
            ON CONFLICT (key) DO UPDATE SET
                tries = CASE WHEN t.at < {forgotten} THEN 1 ELSE t.tries + 1 END,
                at = {now},
                locked_until = {now} + ({steps})[CASE WHEN t.at < {forgotten} THEN 1 ELSE least(t.tries + 1, {last}) END] * interval '1 second'
            WHERE t.locked_until <= {now}
            RETURNING extract(epoch FROM locked_until - at)::double precision AS "Value"
            """).ToListAsync(cancellationToken);
        if (locks is [var seconds]) return new TryPermit(true, TimeSpan.FromSeconds(seconds));
        var until = await db.PasswordTries.Where(t => t.Key == key).Select(t => (DateTimeOffset?)t.LockedUntil).FirstOrDefaultAsync(cancellationToken);
        return new TryPermit(false, until > now ? until.Value - now : TimeSpan.FromSeconds(1));
    }

    /// <summary>Gives a try back that was none, and the lock that it brought; not that of another.</summary>
    public async Task GiveBackAsync(string key, TryPermit permit, CancellationToken cancellationToken)
    {
        var (now, locked) = (time.GetUtcNow(), permit.Wait > TimeSpan.Zero);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.PasswordTries.Where(t => t.Key == key && t.Tries > 0).ExecuteUpdateAsync(set => set
            .SetProperty(t => t.Tries, t => t.Tries - 1)
            .SetProperty(t => t.LockedUntil, t => locked ? now : t.LockedUntil), cancellationToken);
    }

    /// <summary>Forgets the tries of one who knew the password; a lock that another try brought meanwhile stays.</summary>
    public async Task ForgetAsync(string key, TryPermit permit, CancellationToken cancellationToken)
    {
        var (now, own) = (time.GetUtcNow(), permit.Wait > TimeSpan.Zero);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.PasswordTries.Where(t => t.Key == key && (own || t.LockedUntil <= now)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Removes what is forgotten.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Kept;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.PasswordTries.Where(t => t.At < before).ExecuteDeleteAsync(cancellationToken);
    }
}
