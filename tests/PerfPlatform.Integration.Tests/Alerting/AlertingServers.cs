using PerfPlatform.TestServers;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>A real PostgreSQL and a real Redis for the tests of a class.</summary>
public sealed class AlertingServers : IAsyncLifetime
{
    public PostgresFixture Postgres { get; } = new();

    public RedisFixture Redis { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Postgres.StartAsync(TestContext.Current.CancellationToken);
        await Redis.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
