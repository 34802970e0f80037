using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>
/// The targets of the API, in Redis, which keeps them on disk: intake needs no database. One hash, a field a target; credentials are sealed under the
/// installation's secret.
/// </summary>
internal sealed partial class ScrapeTargetStore(IConnectionMultiplexer redis, InstallationSecret secret, IOptions<IngestionOptions> limits, ILogger<ScrapeTargetStore> logger)
{
    private static readonly RedisKey Targets = RedisKeys.ScrapeTargets;

    // What the log was told of already: the targets are read every few seconds. Bounded by the targets of the installation.
    private readonly ConcurrentDictionary<string, string> _told = new();
    private readonly SecretSeal _seal = secret.Seal("scrape-credentials");

    /// <summary>Every target; one that cannot be read is left out.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<IReadOnlyDictionary<string, ScrapeTargetDefinition>> ListAsync()
    {
        var entries = await redis.GetDatabase().HashGetAllAsync(Targets);
        var found = new Dictionary<string, ScrapeTargetDefinition>(entries.Length);
        foreach (var (id, value) in entries.Select(e => (e.Name.ToString(), e.Value.ToString())))
        {
            try
            {
                if (JsonSerializer.Deserialize<StoredTarget>(value, PerfPlatformJson.Options) is not { Definition: not null } stored) continue;
                var definition = Open(id, stored);
                // The limits may have become narrower since.
                if (ScrapeTargetRules.Check(definition, limits.Value) is not { } wrong) found[id] = definition;
                else if (IsNew(id, value)) LogUnreadable(logger, id, wrong);
            }
            catch (JsonException e)
            {
                if (IsNew(id, value)) LogUnreadable(logger, id, e.Message);
            }
        }

        return found;
    }

    /// <summary>Keeps a target.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public Task PutAsync(string id, ScrapeTargetDefinition definition)
    {
        var clear = string.IsNullOrEmpty(definition.BearerToken) ? definition.Password : definition.BearerToken;
        // Which of the two it is tells the user name.
        var stored = new StoredTarget(definition with { BearerToken = null, Password = null }, string.IsNullOrEmpty(clear) ? null : _seal.Close(clear));
        return redis.GetDatabase().HashSetAsync(Targets, id, JsonSerializer.Serialize(stored, PerfPlatformJson.Options));
    }

    /// <summary>Removes a target.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public Task RemoveAsync(string id) => redis.GetDatabase().HashDeleteAsync(Targets, id);

    private bool IsNew(string id, string value)
    {
        if (_told.TryGetValue(id, out var known) && known == value) return false;
        _told[id] = value;
        return true;
    }

    private ScrapeTargetDefinition Open(string id, StoredTarget stored)
    {
        if (stored.Secret is null) return stored.Definition;
        var clear = _seal.Open(stored.Secret);
        if (clear is null && IsNew(id, stored.Secret)) LogForeign(logger, id);
        return string.IsNullOrEmpty(stored.Definition.Username) ? stored.Definition with { BearerToken = clear } : stored.Definition with { Password = clear };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scrape target {Id} cannot be read and is left out: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of the scrape target {Id} were sealed under another installation's secret: give them again")]
    private static partial void LogForeign(ILogger logger, string id);
}
