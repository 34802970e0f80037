using PerfPlatform.Integration.Tests;
using PerfPlatform.TestServers;
using Xunit;

[assembly: AssemblyFixture(typeof(ServersFixture))]

namespace PerfPlatform.Integration.Tests;

/// <summary>
/// The servers of this test process: a test class takes it as a constructor parameter. Each server starts when the first test asks for it.
/// </summary>
public sealed class ServersFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private PostgresFixture? _postgres;
    private RedisFixture? _redis;
    private RabbitMqFixture? _rabbitMq;

    /// <summary>PostgreSQL with TimescaleDB.</summary>
    public Task<PostgresFixture> PostgresAsync() => GetAsync(() => _postgres, started => _postgres = started, new PostgresFixture(), server => server.StartAsync());

    public Task<RedisFixture> RedisAsync() => GetAsync(() => _redis, started => _redis = started, new RedisFixture(), server => server.StartAsync());

    public Task<RabbitMqFixture> RabbitMqAsync() => GetAsync(() => _rabbitMq, started => _rabbitMq = started, new RabbitMqFixture(), server => server.StartAsync());

    /// <summary>A fresh database with the timescaledb extension.</summary>
    public async Task<TestDatabase> DatabaseAsync() => await (await PostgresAsync()).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (IAsyncDisposable?[])[_postgres, _redis, _rabbitMq])
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<T> GetAsync<T>(Func<T?> get, Action<T> set, T candidate, Func<T, Task> start)
        where T : class, IAsyncDisposable
    {
        await _gate.WaitAsync();
        try
        {
            if (get() is { } running)
                return running;
            try
            {
                await start(candidate);
            }
            catch
            {
                await candidate.DisposeAsync();
                throw;
            }

            set(candidate);
            return candidate;
        }
        finally
        {
            _gate.Release();
        }
    }
}
