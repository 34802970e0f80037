using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Users;

/// <summary>Users in <c>access.users</c>. There is always at least one administrator.</summary>
public sealed class UserStore(IDbContextFactory<AccessDbContext> contexts, IPasswordHasher<User> hasher, TimeProvider time)
{
    /// <summary>Users by name.</summary>
    public async Task<Page<UserInfo>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Users.AsNoTracking()
            .Where(u => cursor == null || string.Compare(u.Name, cursor) > 0)
            .OrderBy(u => u.Name).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).Select(UserInfo.Of).ToList();
        return new Page<UserInfo>(items, rows.Count > limit ? items[^1].Name : null);
    }

    /// <summary>One user, or null.</summary>
    public async Task<User?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
    }

    /// <summary>Makes a user; null when the name is taken.</summary>
    public async Task<User?> CreateAsync(string name, string password, UserRole role, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = New(name, password, role);
        db.Users.Add(user);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return user;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }
    }

    /// <summary>Changes a user. Whoever is signed in with the old password or role is signed out, but for the session that is to be kept.</summary>
    public Task<UserChange> UpdateAsync(Guid id, string? password, UserRole? role, CancellationToken cancellationToken, Guid? kept = null) =>
        ChangeAsync(id, role is not null and not UserRole.Admin, async (db, user) =>
        {
            if (password is not null) user.PasswordHash = hasher.HashPassword(user, password);
            user.Role = role ?? user.Role;
            user.Stamp = Guid.NewGuid();
            await db.Sessions.Where(s => s.UserId == id && s.Id != kept).ExecuteDeleteAsync(cancellationToken);
            if (kept is not null) await db.Sessions.Where(s => s.UserId == id && s.Id == kept).ExecuteUpdateAsync(set => set.SetProperty(s => s.Stamp, user.Stamp), cancellationToken);
        }, cancellationToken);

    /// <summary>Removes a user, and with it the sessions.</summary>
    public Task<UserChange> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, true, static (db, user) =>
        {
            db.Users.Remove(user);
            return Task.CompletedTask;
        }, cancellationToken);

    /// <summary>Notes that a user has signed in, and keeps the password's hash as it is made today; not where another password was set meanwhile.</summary>
    public async Task NoteSignInAsync(User user, string hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Users.Where(u => u.Id == user.Id && u.Stamp == user.Stamp)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.LastSignInAt, (DateTimeOffset?)now).SetProperty(u => u.PasswordHash, hash), cancellationToken);
    }

    /// <summary>A user by the name signed in with, or null.</summary>
    public async Task<User?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        var lower = name.ToLowerInvariant();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Name == lower, cancellationToken);
    }

    internal User New(string name, string password, UserRole role)
    {
        var user = new User { Id = Guid.CreateVersion7(), Name = name.ToLowerInvariant(), PasswordHash = "", Role = role, Stamp = Guid.NewGuid(), CreatedAt = time.GetUtcNow() };
        user.PasswordHash = hasher.HashPassword(user, password);
        return user;
    }

    private async Task<UserChange> ChangeAsync(Guid id, bool losesAdmin, Func<AccessDbContext, User, Task> change, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Locks every administrator's row, so that two requests cannot remove the last two of them.
        var admins = await db.Users.FromSql($"SELECT * FROM access.users WHERE role = 'admin' ORDER BY id FOR UPDATE").ToListAsync(cancellationToken);
        var user = await db.Users.FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
        if (user is null) return new UserChange(UserChangeOutcome.NotFound, null);
        if (losesAdmin && user.Role == UserRole.Admin && admins.Count == 1) return new UserChange(UserChangeOutcome.LastAdmin, user);
        await change(db, user);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new UserChange(UserChangeOutcome.Done, user);
    }
}
