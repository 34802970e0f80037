using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Keys;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.Bootstrap;

/// <summary>
/// At the first start makes the administrator, an ingest key and the key of <c>PERFPLATFORM_API_KEY</c>.
/// Also gives the platform's own processes their keys.
/// </summary>
public sealed partial class AccessBootstrap(
    IDbContextFactory<AccessDbContext> contexts, SchemaReady<AccessDbContext> schema, UserStore users, KeyStore keys, KeyMint mint, KeyPublisher publisher,
    IConfiguration configuration, TimeProvider time, ILogger<AccessBootstrap> logger) : BackgroundService
{
    // One replica at a time; the number is drawn once and means nothing.
    private const long Lock = 7_313_550_290_461_223;
    private const string Administrator = "admin";

    private readonly TaskCompletionSource<BootstrapResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until there is an administrator and keys; says what was made now.</summary>
    /// <exception cref="InvalidOperationException">A setting for the first start cannot be used.</exception>
    public Task<BootstrapResult> WaitAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);

    /// <summary>The key of one of the platform's own processes, made or brought to these scopes when needed. The same key every time.</summary>
    public async Task<string> ServiceKeyAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken);
        var key = mint.ForService(name);
        await EnsureAsync(key, name, [.. scopes], isInternal: true, cancellationToken);
        await publisher.PublishAsync(null, cancellationToken);
        return key;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await RunAsync(stoppingToken);
        }
        catch (InvalidOperationException e)
        {
            LogUnusable(e.Message);
            _done.TrySetException(e);
            // The keys there are go on working.
            await publisher.PublishAsync(null, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            _done.TrySetCanceled(stoppingToken);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var wait = TimeSpan.FromSeconds(1); ; wait = TimeSpan.FromSeconds(Math.Min(30, wait.TotalSeconds * 2)))
        {
            try
            {
                var result = await FirstStartAsync(cancellationToken);
                if (configuration["PERFPLATFORM_API_KEY"] is { Length: > 0 } given) await EnsureAsync(Checked(given), "PERFPLATFORM_API_KEY", [.. Scopes.All], false, cancellationToken);
                await publisher.PublishAsync(null, cancellationToken);
                _done.TrySetResult(result);
                return;
            }
            catch (Exception e) when (e is not InvalidOperationException && !cancellationToken.IsCancellationRequested)
            {
                LogRetry(e, wait);
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private async Task<BootstrapResult> FirstStartAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        if (await db.Users.AnyAsync(cancellationToken)) return new BootstrapResult(null, null);

        var given = configuration["PERFPLATFORM_ADMIN_PASSWORD"];
        if (!string.IsNullOrEmpty(given) && UserRules.PasswordError(given, Administrator, "PERFPLATFORM_ADMIN_PASSWORD") is { } error) throw new InvalidOperationException(error);

        // 20 characters of 32 letters and digits that are not mistaken for each other: 100 bits.
        var password = string.IsNullOrEmpty(given) ? RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20) : given;
        var ingestKey = KeyMint.Create();
        db.Users.Add(users.New(Administrator, password, UserRole.Admin));
        db.Keys.Add(keys.New(ingestKey, "ingest", [Scopes.Ingest], Actor.System, isInternal: false));
        db.Audit.Add(new AuditEntry { At = time.GetUtcNow(), Actor = Actor.System, Action = "access.first-start", Detail = "administrator and ingest key" });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new BootstrapResult(string.IsNullOrEmpty(given) ? password : null, ingestKey);
    }

    private async Task EnsureAsync(string key, string name, string[] scopes, bool isInternal, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var wanted = keys.New(key, name, scopes, Actor.System, isInternal);
        // The hash follows PERFPLATFORM_SECRET; a key that an administrator revoked stays revoked, but not the platform's own.
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO access.api_keys (id, name, hash, scopes, internal, created_by, created_at)
            VALUES ({wanted.Id}, {wanted.Name}, {wanted.Hash}, {wanted.Scopes}, {wanted.Internal}, {wanted.CreatedBy}, {wanted.CreatedAt})
            ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, scopes = excluded.scopes,
                revoked_at = CASE WHEN excluded.internal THEN NULL ELSE api_keys.revoked_at END
            """, cancellationToken);
    }

    private static string Checked(string key) => KeyMint.TryGetId(key, out _)
        ? key
        : throw new InvalidOperationException("PERFPLATFORM_API_KEY must look like pp_<id>_<secret>: an id of 1 to 64 characters without '_', a secret of at least 8.");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private partial void LogUnusable(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Users and keys could not be prepared; the next try follows in {Wait}")]
    private partial void LogRetry(Exception exception, TimeSpan wait);
}
