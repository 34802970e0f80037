using System.Text.Json;
using PerfPlatform.Ingestion.Scrape.Targets;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;

namespace PerfPlatform.Ingestion.Scrape.Coordination;

/// <summary>
/// The instances of intake that scrape, as Redis knows them: each says now and then that it lives, with the state of its targets. Who was not heard of for
/// three times that long lives no more. While Redis is away everyone goes on with those last known.
/// </summary>
internal sealed class ScrapeMembers(IConnectionMultiplexer redis, string instance, TimeSpan interval)
{
    private static readonly RedisKey Members = "perfplatform:scrape:members";

    // By the clock of Redis, so that those of the instances do not matter.
    private const string Beat =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
        return redis.call('ZRANGE', KEYS[1], 0, -1)
        """;

    private readonly long _patience = (long)(interval * 3).TotalMilliseconds;

    /// <summary>Says that this instance lives, and asks who else does.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<IReadOnlyList<string>> BeatAsync() =>
        (string[])(await redis.GetDatabase().ScriptEvaluateAsync(Beat, [Members], [instance, _patience]))!;

    /// <summary>Leaves, so that the others need not wait.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task LeaveAsync()
    {
        await redis.GetDatabase().SortedSetRemoveAsync(Members, instance);
        await redis.GetDatabase().KeyDeleteAsync(States(instance));
    }

    /// <summary>Tells how this instance's targets do.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public Task TellAsync(IReadOnlyDictionary<string, ScrapeState> states) =>
        redis.GetDatabase().StringSetAsync(States(instance), JsonSerializer.Serialize(states, PerfPlatformJson.Options), TimeSpan.FromMilliseconds(_patience));

    /// <summary>How the targets of the other instances do, by id.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<IReadOnlyDictionary<string, ScrapeState>> OthersAsync()
    {
        var members = await redis.GetDatabase().SortedSetRangeByRankAsync(Members);
        RedisKey[] keys = [.. members.Where(m => m != instance).Select(m => (RedisKey)States(m.ToString()))];
        var found = new Dictionary<string, ScrapeState>();
        if (keys.Length == 0) return found;
        foreach (var told in await redis.GetDatabase().StringGetAsync(keys))
        {
            if (told.IsNull) continue;
            foreach (var (id, state) in JsonSerializer.Deserialize<Dictionary<string, ScrapeState>>(told.ToString(), PerfPlatformJson.Options)!)
            {
                if (!found.TryGetValue(id, out var known) || known.LastScrape < state.LastScrape) found[id] = state;
            }
        }

        return found;
    }

    private static string States(string member) => "perfplatform:scrape:state:" + member;
}
