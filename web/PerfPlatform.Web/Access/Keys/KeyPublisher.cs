using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;
using StackExchange.Redis;

namespace PerfPlatform.Web.Access.Keys;

/// <summary>
/// Puts the records of all keys that work into the Redis hash that every service reads, marked as complete, and tells that they changed.
/// First by the bootstrap, when the keys of a first start are made: a set without them, marked as complete, would refuse them. Again when Redis comes back and every half minute, so that a Redis that lost its data has them back.
/// </summary>
public sealed partial class KeyPublisher(
    IDbContextFactory<AccessDbContext> contexts, IConnectionMultiplexer redis, KeyRing ring, IBus bus, TimeProvider time, ILogger<KeyPublisher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _restored = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Publishes now; false when it failed, which is logged and made good by the next round: the key is already in the database.</summary>
    public async Task<bool> PublishAsync(string? changed, CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        await _one.WaitAsync(cancellationToken);
        try
        {
            var differs = await WriteAsync(cancellationToken);
            if (!differs && changed is null) return true;
            // This process knows at once, whatever the bus has to do first.
            await ring.RefreshAsync(force: true, cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            await bus.Publish(new ApiKeysChanged { KeyId = changed }, limit.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotPublished(e);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _begun.Task.WaitAsync(stoppingToken);
        redis.ConnectionRestored += OnRestored;
        try
        {
            while (true)
            {
                var done = await PublishAsync(null, stoppingToken);
                await WaitAsync(done ? Interval : RetryInterval, stoppingToken);
            }
        }
        finally
        {
            redis.ConnectionRestored -= OnRestored;
        }
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs e) => _restored.Writer.TryWrite(true);

    // Until the time is over or Redis is back.
    private async Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(interval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _restored.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
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
        if (put.Length + gone.Length == 0 && await database.KeyExistsAsync(ApiKeyRecord.CompleteKey)) return false;
        var transaction = database.CreateTransaction();
        List<Task> done = [transaction.StringSetAsync(ApiKeyRecord.CompleteKey, now.ToUnixTimeMilliseconds())];
        if (put.Length > 0) done.Add(transaction.HashSetAsync(ApiKeyRecord.RedisKey, put));
        if (gone.Length > 0) done.Add(transaction.HashDeleteAsync(ApiKeyRecord.RedisKey, gone));
        await transaction.ExecuteAsync();
        await Task.WhenAll(done);
        return true;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key records could not be published; it is tried again every second")]
    private partial void LogNotPublished(Exception exception);
}
