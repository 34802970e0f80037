using System.Text.Json;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>The thresholds in Redis: the hash <c>perfplatform:alert-thresholds</c>, rule id -> JSON. Bounded by <see cref="RuleStore.MaxRules"/>.</summary>
public sealed partial class ThresholdCache(IConnectionMultiplexer redis, ILogger<ThresholdCache> logger)
{
    /// <summary>The hash.</summary>
    public const string Key = "perfplatform:alert-thresholds";

    /// <summary>Whether Redis answered the last time.</summary>
    public bool IsAvailable { get; private set; } = true;

    /// <summary>What Redis lacks, where it answers and does not take what is written; see <see cref="ServerTrouble"/>.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The thresholds by rule id, or null when Redis does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, CachedThreshold>?> ReadAsync()
    {
        var entries = await TryAsync(static database => database.HashGetAllAsync(Key));
        if (entries is null) return null;
        var thresholds = new Dictionary<string, CachedThreshold>(entries.Length);
        foreach (var entry in entries)
        {
            if (Parse(entry.Value) is { } threshold) thresholds[entry.Name.ToString()] = threshold;
        }

        return thresholds;
    }

    /// <summary>Writes the thresholds of rules; those that cannot be written now are written when the rules are read next.</summary>
    public Task WriteAsync(IReadOnlyCollection<AlertRule> rules) => rules.Count == 0
        ? Task.CompletedTask
        : TryAsync(async database =>
        {
            await database.HashSetAsync(Key, [.. rules.Select(r => new HashEntry(r.Id, JsonSerializer.Serialize(CachedThreshold.Of(r), PerfPlatformJson.Options)))]);
            return "";
        });

    /// <summary>Removes rules that are gone.</summary>
    public Task RemoveAsync(IReadOnlyCollection<string> ids) => ids.Count == 0
        ? Task.CompletedTask
        : TryAsync(async database =>
        {
            await database.HashDeleteAsync(Key, [.. ids.Select(id => (RedisValue)id)]);
            return "";
        });

    private static CachedThreshold? Parse(RedisValue value)
    {
        try
        {
            return JsonSerializer.Deserialize<CachedThreshold>(value.ToString(), PerfPlatformJson.Options);
        }
        catch (JsonException)
        {
            // Not written by us: as if it were not there; the next read repairs it.
            return null;
        }
    }

    private async Task<T?> TryAsync<T>(Func<IDatabase, Task<T>> work) where T : class
    {
        try
        {
            var result = await work(redis.GetDatabase());
            IsAvailable = true;
            return result;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (IsAvailable) LogAway(logger, e.Message);
            (IsAvailable, Trouble) = (false, ServerTrouble.Name(e));
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; thresholds known to the process, or PostgreSQL's, stay in use: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
