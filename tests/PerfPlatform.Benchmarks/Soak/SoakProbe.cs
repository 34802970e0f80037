using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Npgsql;
using PerfPlatform.Benchmarks.Servers;
using StackExchange.Redis;

namespace PerfPlatform.Benchmarks.Soak;

/// <summary>Reads what a soak looks at: what each program holds, and what the servers say of connections and queues. Its own connections are a constant part of them.</summary>
internal sealed class SoakProbe : IAsyncDisposable
{
    private readonly DistributedServer _server;
    private readonly NpgsqlDataSource _postgres;
    private readonly IConnectionMultiplexer _redis;
    private readonly HttpClient _broker;

    private SoakProbe(DistributedServer server, NpgsqlDataSource postgres, IConnectionMultiplexer redis, HttpClient broker) => (_server, _postgres, _redis, _broker) = (server, postgres, redis, broker);

    public static async Task<SoakProbe> StartAsync(DistributedServer server)
    {
        var app = server.App.Application;
        // amqp://perfplatform:password@localhost:5672; the management plugin has the same user.
        var user = new Uri((await app.GetConnectionStringAsync("rabbitmq"))!).UserInfo;
#pragma warning disable RS0030 // A client of a loopback address.
        var broker = new HttpClient { BaseAddress = app.GetEndpoint("rabbitmq", "management") };
#pragma warning restore RS0030
        broker.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        return new SoakProbe(
            server,
            NpgsqlDataSource.Create((await app.GetConnectionStringAsync("metrics"))!),
            // INFO is an administrator's command.
            await ConnectionMultiplexer.ConnectAsync(await app.GetConnectionStringAsync("redis") + ",allowAdmin=true"),
            broker);
    }

    /// <summary>Values by what they are of and their unit.</summary>
    public async Task<IReadOnlyDictionary<(string Name, string Unit), double>> ReadAsync(CancellationToken cancellationToken)
    {
        var values = new Dictionary<(string, string), double>();
        foreach (var (program, use) in ProcessTree.Uses(_server.Processes, _server.DataFolder))
        {
            values[(program, "MB")] = use.MemoryBytes / 1e6;
            values[(program, "handles")] = use.Handles;
            values[(program, "threads")] = use.Threads;
        }

        await using var command = _postgres.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
        values[("postgresql", "connections")] = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        // connected_clients:12
        var clients = (await _redis.GetServers()[0].InfoRawAsync("clients"))!.Split('\n').First(line => line.StartsWith("connected_clients:", StringComparison.Ordinal));
        values[("redis", "connections")] = int.Parse(clients["connected_clients:".Length..], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        var broker = await _broker.GetFromJsonAsync<JsonElement>("/api/overview", cancellationToken);
        values[("rabbitmq", "connections")] = Number(broker, "object_totals", "connections");
        values[("rabbitmq", "messages")] = Number(broker, "queue_totals", "messages");
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        _broker.Dispose();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    // Absent until the broker has counted for the first time.
    private static double Number(JsonElement overview, string group, string name) =>
        overview.TryGetProperty(group, out var numbers) && numbers.ValueKind == JsonValueKind.Object && numbers.TryGetProperty(name, out var number) ? number.GetDouble() : 0;
}
