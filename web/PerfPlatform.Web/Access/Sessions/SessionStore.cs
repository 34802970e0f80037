using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Sessions;

/// <summary>
/// Sessions in <c>access.sessions</c>, which every replica reads: what is known of one is at most a second old, so that an end needs nobody to tell of it.
/// </summary>
public sealed partial class SessionStore(IDbContextFactory<AccessDbContext> contexts, IMemoryCache cache, TimeProvider time, ILogger<SessionStore> logger) : ISessions
{
    /// <summary>How long a session lasts at the most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>How long one lasts that is not used.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(7);

    /// <summary>The most of one user; the oldest make room.</summary>
    public const int MostOfAUser = 50;

    private const int MostOfAnAgent = 300;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(5);

    // How long a session that was seen goes on while the database is away.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Begins a session of a user as it was read before the password was checked.</summary>
    public async Task<Session> BeginAsync(User user, string? address, string? agent, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            Stamp = user.Stamp,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + Lifetime,
            Address = address,
            Agent = agent is { Length: > MostOfAnAgent } ? agent[..MostOfAnAgent] : agent,
        };
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        var kept = db.Sessions.Where(s => s.UserId == user.Id).OrderByDescending(s => s.CreatedAt).Take(MostOfAUser).Select(s => s.Id);
        await db.Sessions.Where(s => s.UserId == user.Id && !kept.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
        return session;
    }

    /// <summary>What a session is; as of this moment where it is to change something.</summary>
    public async Task<SessionState> FindAsync(Guid id, bool exact, CancellationToken cancellationToken)
    {
        // Bounded by the sessions there are: a cookie names only those.
        var key = (typeof(SessionStore), id);
        cache.TryGetValue(key, out SessionState? known);
        if (known is not null && !exact && time.GetElapsedTime(known.ReadAt) < Fresh) return known;
        try
        {
            var state = new SessionState(await ReadAsync(id, cancellationToken), time.GetTimestamp());
            return cache.Set(key, state, Remembered);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnread(e);
            return known ?? new SessionState(null, 0, IsUnknown: true);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlySet<string>> StandingAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var asked = ids.Select(Guid.Parse).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var standing = await Standing(db).Where(s => asked.Contains(s.Id)).Select(s => s.Id).ToListAsync(cancellationToken);
        // Whoever loses a stream may ask for nothing either.
        foreach (var id in asked.Except(standing)) cache.Remove((typeof(SessionStore), id));
        return standing.Select(id => id.ToString()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Sessions that stand, the newest first: of one user, or of all.</summary>
    public async Task<Page<SessionInfo>> ListAsync(Guid? user, Guid? current, int limit, int from, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Standing(db).AsNoTracking().Where(s => user == null || s.UserId == user)
            .Join(db.Users, s => s.UserId, u => u.Id, (s, u) => new { Session = s, u.Name })
            .OrderByDescending(row => row.Session.CreatedAt).ThenBy(row => row.Session.Id)
            .Skip(from).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).Select(row => SessionInfo.Of(row.Session, row.Name, current)).ToList();
        return new Page<SessionInfo>(items, rows.Count > limit ? (from + limit).ToString() : null);
    }

    /// <summary>Ends a session, or one of this user's; whose it was, or null when there is no such.</summary>
    public async Task<string?> EndAsync(Guid id, Guid? of, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var own = db.Sessions.Where(s => s.Id == id && (of == null || s.UserId == of));
        var name = await own.Join(db.Users, s => s.UserId, u => u.Id, (_, u) => u.Name).FirstOrDefaultAsync(cancellationToken);
        if (name is null || await own.ExecuteDeleteAsync(cancellationToken) == 0) return null;
        cache.Remove((typeof(SessionStore), id));
        return name;
    }

    /// <summary>Removes those that are over.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (now, idle) = (time.GetUtcNow(), time.GetUtcNow() - IdleLifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.ExpiresAt <= now || s.SeenAt <= idle).ExecuteDeleteAsync(cancellationToken);
    }

    private IQueryable<Session> Standing(AccessDbContext db)
    {
        var (now, idle) = (time.GetUtcNow(), time.GetUtcNow() - IdleLifetime);
        return db.Sessions.Where(s => s.ExpiresAt > now && s.SeenAt > idle && db.Users.Any(u => u.Id == s.UserId && u.Stamp == s.Stamp));
    }

    // Whose it is while it stands, and notes that it is used.
    private async Task<User?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await Standing(db).AsNoTracking().Where(s => s.Id == id)
            .Join(db.Users, s => s.UserId, u => u.Id, (s, u) => new { s.SeenAt, User = u }).FirstOrDefaultAsync(cancellationToken);
        if (row is null) return null;
        var now = time.GetUtcNow();
        if (now - row.SeenAt > SeenStep) await db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, now), cancellationToken);
        return row.User;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A session could not be read: the database does not answer. Those that were seen in the last hour go on")]
    private partial void LogUnread(Exception exception);
}
