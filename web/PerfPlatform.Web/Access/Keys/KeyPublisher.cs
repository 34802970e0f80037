using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;
using StackExchange.Redis;

namespace PerfPlatform.Web.Access.Keys;

/// <summary>
/// Puts the records of all keys that work into the Redis hash that every service reads, and tells that they changed.
/// Again at the start and every half minute, so that a Redis that lost its data has them back.
/// </summary>
public sealed partial class KeyPublisher(
    IDbContextFactory<AccessDbContext> contexts, SchemaReady<AccessDbContext> schema, IConnectionMultiplexer redis, KeyRing ring, IBus bus, TimeProvider time, ILogger<KeyPublisher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Publishes now. A failure is logged and made good by the next round: the key is already in the database.</summary>
    public async Task PublishAsync(string? changed, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!await WriteAsync(cancellationToken) && changed is null) return;
            // This process knows at once, whatever the bus has to do first.
            await ring.RefreshAsync(force: true, cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            await bus.Publish(new ApiKeysChanged { KeyId = changed }, limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotPublished(e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do await PublishAsync(null, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Answers whether anything in Redis was different.
    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var keys = await db.Keys.AsNoTracking().Where(k => k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now)).ToListAsync(cancellationToken);
        var wanted = keys.ToDictionary(k => k.Id, k => JsonSerializer.Serialize(k.ToRecord(), PerfPlatformJson.Options), StringComparer.Ordinal);
        var database = redis.GetDatabase();
        var present = (await database.HashGetAllAsync(ApiKeyRecord.RedisKey)).ToDictionary(e => e.Name.ToString(), e => e.Value.ToString(), StringComparer.Ordinal);
        var put = wanted.Where(w => !present.TryGetValue(w.Key, out var value) || value != w.Value).Select(w => new HashEntry(w.Key, w.Value)).ToArray();
        var gone = present.Keys.Where(id => !wanted.ContainsKey(id)).Select(id => (RedisValue)id).ToArray();
        if (put.Length > 0) await database.HashSetAsync(ApiKeyRecord.RedisKey, put);
        if (gone.Length > 0) await database.HashDeleteAsync(ApiKeyRecord.RedisKey, gone);
        return put.Length + gone.Length > 0;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key records could not be published; the next try follows within half a minute")]
    private partial void LogNotPublished(Exception exception);
}
