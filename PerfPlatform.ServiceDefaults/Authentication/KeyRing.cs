using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PerfPlatform.Contracts.Access;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The key records of the installation as this process knows them: read from Redis at the start, when they change, every half minute,
/// and (at most once a second) when an unknown key comes. Goes on with what it has while Redis is away, or has lost them and Web has not published
/// them again; until then nobody can say that a key is not valid.
/// </summary>
public sealed partial class KeyRing(IConnectionMultiplexer redis, InstallationSecret secret, TimeProvider clock, ILogger<KeyRing> logger) : BackgroundService
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _refreshing = new(1, 1);

    // Bounded by what Web publishes: one entry a key.
    private volatile FrozenDictionary<string, ApiKeyRecord> _records = FrozenDictionary<string, ApiKeyRecord>.Empty;
    private volatile bool _complete;
    private volatile bool _loaded;
    private long _lastAttempt = long.MinValue;

    /// <summary>Whether all records were read at least once: from then on this process works, whatever becomes of Redis.</summary>
    public bool IsLoaded => _loaded;

    /// <summary>Whether the last look found all records there are: only then a key without one is not valid.</summary>
    public bool IsComplete => _complete;

    /// <summary>The record of a key, or null when there is none or it has expired.</summary>
    public async ValueTask<ApiKeyRecord?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!TryGetId(key, out var id)) return null;
        if (!_records.TryGetValue(id, out var record))
        {
            await RefreshAsync(force: false, cancellationToken);
            if (!_records.TryGetValue(id, out record)) return null;
        }

        if (HasExpired(record)) return null;
        var matches = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(record.Hash), Encoding.ASCII.GetBytes(secret.HashKey(key)));
        return matches ? record : null;
    }

    /// <summary>Whether a key that was found may still do what it might then: it was not revoked or changed, and has not expired.</summary>
    public bool Stands(ApiKeyRecord found) =>
        _records.TryGetValue(found.Id, out var record) && record.Hash == found.Hash && found.Scopes.All(record.Scopes.Contains) && !HasExpired(record);

    /// <summary>Reads the records again; without <paramref name="force"/> at most once a second.</summary>
    public async Task RefreshAsync(bool force, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (!force && _lastAttempt != long.MinValue && clock.GetElapsedTime(_lastAttempt) < RetryInterval) return;
            _lastAttempt = clock.GetTimestamp();
            await ReadAsync();
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException or JsonException)
        {
            _complete = false;
            LogRefreshFailed(logger, e);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RefreshAsync(force: true, stoppingToken);
            await Task.Delay(_complete ? RefreshInterval : RetryInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool HasExpired(ApiKeyRecord record) => record.ExpiresAt is { } expiry && expiry <= clock.GetUtcNow();

    private async Task ReadAsync()
    {
        // As one, so that the mark stands for these records.
        var transaction = redis.GetDatabase().CreateTransaction();
        var marked = transaction.KeyExistsAsync(ApiKeyRecord.CompleteKey);
        var hash = transaction.HashGetAllAsync(ApiKeyRecord.RedisKey);
        if (!await transaction.ExecuteAsync()) throw new RedisException("The transaction was not carried out.");
        var read = (await hash).Select(e => JsonSerializer.Deserialize<ApiKeyRecord>(e.Value.ToString(), PerfPlatformJson.Options)!).ToFrozenDictionary(r => r.Id);
        var complete = await marked;

        // Records that a Redis without the mark does not have are lost there, not revoked.
        _records = complete ? read : _records.Concat(read).DistinctBy(r => r.Key).ToFrozenDictionary();
        _complete = complete;
        _loaded |= complete;
    }

    // pp_<id>_<secret>
    private static bool TryGetId(string key, out string id)
    {
        id = "";
        if (!key.StartsWith("pp_", StringComparison.Ordinal) || key.Length > 200) return false;
        var end = key.IndexOf('_', 3);
        if (end <= 3) return false;
        id = key[3..end];
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API keys could not be read from Redis; those known stay valid")]
    private static partial void LogRefreshFailed(ILogger logger, Exception exception);
}
