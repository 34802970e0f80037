using System.Text.Json;
using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;

namespace PerfPlatform.Standalone.Backups;

/// <summary>What only Redis holds, as text: hashes by their keys. Everything else there is made again from the database.</summary>
internal static class RedisContents
{
    /// <exception cref="BackupException">Redis does not answer.</exception>
    public static async Task<string> ReadAsync(string connectionString)
    {
        await using var redis = await ConnectAsync(connectionString);
        var hashes = new Dictionary<string, Dictionary<string, string>>();
        foreach (var key in RedisKeys.Kept)
        {
            var entries = await AnsweredAsync(() => redis.GetDatabase().HashGetAllAsync(key));
            hashes[key] = entries.ToDictionary(e => e.Name.ToString(), e => e.Value.ToString());
        }

        return JsonSerializer.Serialize(hashes, PerfPlatformJson.Options);
    }

    /// <summary>Puts what a backup has in the place of what is there.</summary>
    /// <exception cref="BackupException">Redis does not answer.</exception>
    public static async Task WriteAsync(string connectionString, string text)
    {
        var hashes = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(text, PerfPlatformJson.Options)!;
        await using var redis = await ConnectAsync(connectionString);
        await AnsweredAsync(async () =>
        {
            var transaction = redis.GetDatabase().CreateTransaction();
            List<Task> done = [.. RedisKeys.Kept.Select(key => transaction.KeyDeleteAsync(key))];
            done.AddRange(hashes.Where(h => h.Value.Count > 0).Select(h => transaction.HashSetAsync(h.Key, h.Value.Select(e => new HashEntry(e.Key, e.Value)).ToArray())));
            await transaction.ExecuteAsync();
            await Task.WhenAll(done);
            return true;
        });
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = true;
        return await AnsweredAsync(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            throw new BackupException($"Redis does not answer: {e.Message}", e);
        }
    }
}
