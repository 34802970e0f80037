using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Integration.Tests.Ingestion;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Several replicas of Analysis behind a real broker and over one database: who has a partition's lease consumes its queue, and every question has one answer.</summary>
public sealed class ReplicaTests(ServersFixture servers) : IAsyncLifetime
{
    private const int Partitions = 4;
    private const int Series = 200;

    private readonly long _time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 60_000;
    private readonly RabbitMqFixture _rabbit = new();
    private TestDatabase _database = null!;
    private IntakeHost _intake = null!;
    private int _rounds;

    public async ValueTask InitializeAsync()
    {
        await _rabbit.StartAsync();
        _database = await servers.DatabaseAsync();
        _intake = await Outside.StartAsync(() => IntakeHost.StartAsync(servers, null, ("ConnectionStrings:rabbitmq", _rabbit.ConnectionString), (SampleQueues.PartitionsSetting, $"{Partitions}")));
    }

    public async ValueTask DisposeAsync()
    {
        await _intake.DisposeAsync();
        await _database.DisposeAsync();
        await _rabbit.DisposeAsync();
    }

    [Fact]
    public async Task Replicas_StartedTogetherKilledAndJoined_ShareThePartitionsAndAnswerAlike()
    {
        // Before Analysis has ever started.
        await PostAsync();
        var (a, b) = (await Outside.StartAsync(StartAsync), await Outside.StartAsync(StartAsync));
        await EvenAsync(a, b);
        await AllHaveAllAsync(a, b);

        // One of them watches components, and both answer.
        await PutComponentAsync(a, "shop");
        await PutComponentAsync(b, "pay");
        await ComponentsAsync(a);
        await ComponentsAsync(b);

        // Every connection breaks at once; the consumers come back in any order.
        await _rabbit.KillAsync();
        await _rabbit.ResumeAsync();
        await PostAsync();
        await AllHaveAllAsync(a, b);

        await a.KillAsync();
        await Wait.ForAsync("the other has taken over", () => Written(b) == Partitions);
        await PostAsync();
        await AllHaveAllAsync(b);
        await ComponentsAsync(b);

        var c = await Outside.StartAsync(StartAsync);
        await EvenAsync(b, c);
        await PostAsync();
        await AllHaveAllAsync(b, c);

        await b.DisposeAsync();
        await Wait.ForAsync("the last has taken over", () => Written(c) == Partitions);
        await PostAsync();
        await AllHaveAllAsync(c);
        await ComponentsAsync(c);
        await c.DisposeAsync();
    }

    [Fact]
    public async Task Query_OwnerDoesNotAnswer_SaysWhatIsMissing()
    {
        await PostAsync();
        await using var store = await Outside.StartAsync(StartAsync);
        await Wait.ForAsync("it writes everything", () => Written(store) == Partitions);
        await AllHaveAllAsync(store);

        // Somebody lives, has a fair share and cannot be reached.
        await using var other = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO metrics.lease_member (owner, address, seen) VALUES ('other', 'http://127.0.0.1:1', clock_timestamp() + interval '1 hour');
            SELECT pg_advisory_lock(hashtext('metrics.lease_member'), number) FROM metrics.lease_member WHERE owner = 'other';
            UPDATE metrics.partition_lease SET owner = 'other', epoch = epoch + 1, expires = clock_timestamp() + interval '1 hour' WHERE partition >= 2;
            """, other);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var warning = await Wait.ForAsync("the answer says it", async () => (await QueryAsync(store)).Warnings?.Single() ?? "", text => text.Contains("2, 3", StringComparison.Ordinal));
        Assert.Contains("partitions 2, 3 are missing", warning, StringComparison.Ordinal);

        // It ends, and nothing was lost.
        await other.CloseAsync();
        await AllHaveAllAsync(store);
    }

    private async Task<StoreHost> StartAsync() => await StoreHost.StartWithoutLeaseAsync(
        _database.ConnectionString, ("ConnectionStrings:rabbitmq", _rabbit.ConnectionString), (SampleQueues.PartitionsSetting, $"{Partitions}"), ("Analysis:Store:LeaseTime", "00:00:02"));

    private static int Written(StoreHost host) => host.Services.GetRequiredService<PartitionSet>().All.Count(p => p.State == PartitionState.Ready);

    private static Task EvenAsync(params StoreHost[] hosts) => Wait.ForAsync("the partitions are shared evenly", () => hosts.Sum(Written) == Partitions && hosts.All(h => Written(h) == Partitions / hosts.Length));

    /// <summary>Sends a sample of every series, again until it is taken.</summary>
    private async Task PostAsync()
    {
        var round = _rounds++;
        await Wait.ForAsync("intake takes samples", async () =>
        {
            using var body = IntakeHost.RemoteWrite(WriteRequests.Write(Enumerable.Range(0, Series).Select(i => WriteRequests.Series("replica.size", [$"i={i}"], (_time + (round * 1000), i)))));
            using var answer = await _intake.Client.PostAsync("/api/v1/write", body, TestContext.Current.CancellationToken);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        }, answer => answer.StartsWith("204", StringComparison.Ordinal));
    }

    /// <summary>Waits until each has every sample; then what they say is the same.</summary>
    private async Task AllHaveAllAsync(params StoreHost[] hosts)
    {
        foreach (var host in hosts) await Wait.ForAsync("every sample is found", async () => (await QueryAsync(host)).Series.Sum(s => s.Times.Count), found => found == Series * _rounds);
        var latest = new List<string>();
        foreach (var host in hosts)
        {
            Assert.Null((await QueryAsync(host)).Warnings);
            var page = await host.Queries.LatestAsync(SeriesSelector.Of("replica.size"), 1000, null, TestContext.Current.CancellationToken);
            Assert.All(page.Items, item => Assert.Equal(_time + ((_rounds - 1) * 1000), item.Time));
            latest.Add(string.Join(' ', page.Items.Select(item => $"{item.Id}={item.Value}")));
        }

        Assert.Equal(Series, latest[0].Split(' ').Length);
        Assert.Single(latest.Distinct());
    }

    private static async Task PutComponentAsync(StoreHost host, string name)
    {
        using var client = host.Client();
        var definition = new { probe = new { kind = "heartbeat" }, interval = "1h" };
        using var answer = await client.PutAsJsonAsync($"/api/v1/health/components/{name}", definition, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Created, name), (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("name").GetString()));
    }

    private static async Task ComponentsAsync(StoreHost host)
    {
        using var client = host.Client();
        await Wait.ForAsync("the components are known", async () =>
        {
            var page = await client.GetFromJsonAsync<JsonElement>("/api/v1/health/components", TestContext.Current.CancellationToken);
            return string.Join(' ', page.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("name").GetString()).Where(n => n is "pay" or "shop"));
        }, names => names == "pay shop");
    }

    private Task<RangeResult> QueryAsync(StoreHost host) => host.Queries.QueryAsync(
        new RangeQuery { Selector = SeriesSelector.Of("replica.size"), From = DateTimeOffset.FromUnixTimeMilliseconds(_time), To = DateTimeOffset.FromUnixTimeMilliseconds(_time + 60_000) },
        TestContext.Current.CancellationToken);
}
