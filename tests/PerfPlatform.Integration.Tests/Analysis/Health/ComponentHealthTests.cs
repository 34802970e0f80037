using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Analysis.Health;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Health;

public sealed class ComponentHealthTests(ServersFixture servers)
{
    private const string Components = "/api/v1/health/components";

    [Fact]
    public async Task Put_TcpComponent_IsWatchedAndFollowsTheRealPort()
    {
        await using var host = await StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using var created = await PutAsync(host, "db", new { probe = new { kind = "tcp", host = "127.0.0.1", port }, interval = "1s", timeout = "500ms" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        var healthy = await host.EventuallyAsync<Component>($"{Components}/db", c => c.Status == ComponentStatus.Healthy);
        Assert.Null(healthy.LastError);
        Assert.NotNull(healthy.LatencyMs);
        Assert.Equal(1, healthy.Uptime24h);

        listener.Stop();
        var unhealthy = await host.EventuallyAsync<Component>($"{Components}/db", c => c.Status == ComponentStatus.Unhealthy);
        Assert.Equal("No connection: ConnectionRefused.", unhealthy.LastError);
        Assert.True(unhealthy.Uptime24h < 1 || unhealthy.Since >= healthy.LastChecked);
    }

    [Fact]
    public async Task HttpProbe_RealServer_TellsStatusSlownessAndRedirects()
    {
        await using var host = await StartAsync();
        await Put("good", "/alive", null);
        await Put("missing", "/nothing-here", null);
        await Put("wanted", "/nothing-here", 401);

        Assert.Equal(ComponentStatus.Healthy, (await Check("good")).Status);
        var missing = await Check("missing");
        Assert.Equal((ComponentStatus.Unhealthy, "The answer was 401, expected 2xx."), (missing.Status, missing.LastError));
        Assert.Equal(ComponentStatus.Healthy, (await Check("wanted")).Status);

        async Task Put(string name, string path, int? expectedStatus) =>
            (await PutAsync(host, name, new { probe = new { kind = "http", url = new Uri(host.Address, path), expectedStatus }, interval = "1h", timeout = "5s" })).EnsureSuccessStatusCode();

        async Task<Component> Check(string name)
        {
            using var response = await host.Client.PostAsync($"{Components}/{name}/check", null, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            return await host.EventuallyAsync<Component>($"{Components}/{name}", c => c.LastChecked is not null);
        }
    }

    [Fact]
    public async Task HttpProbe_CloudCredentialsAddress_IsNotReached()
    {
        await using var host = await StartAsync();
        (await PutAsync(host, "metadata", new { probe = new { kind = "http", url = "http://169.254.169.254/latest/meta-data" }, interval = "1h", timeout = "2s" })).EnsureSuccessStatusCode();

        var component = await host.EventuallyAsync<Component>($"{Components}/metadata", c => c.Status == ComponentStatus.Unhealthy);

        Assert.Equal("No connection: AccessDenied.", component.LastError);
    }

    [Fact]
    public async Task Heartbeat_CallsInThenStops_TurnsUnhealthy()
    {
        await using var host = await StartAsync();
        (await PutAsync(host, "worker", new { probe = new { kind = "heartbeat" }, interval = "1s", timeout = "100ms" })).EnsureSuccessStatusCode();

        using var beat = await host.Client.PostAsync($"{Components}/worker/heartbeat", null, TestContext.Current.CancellationToken);
        Assert.Equal(ComponentStatus.Healthy, (await beat.Content.ReadFromJsonAsync<Component>(TestContext.Current.CancellationToken))!.Status);

        var silent = await host.EventuallyAsync<Component>($"{Components}/worker", c => c.Status == ComponentStatus.Unhealthy);
        Assert.StartsWith("No heartbeat for", silent.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeat_DeadThenRestartAndPut_StaysDeadUntilItCallsIn()
    {
        await using var database = await servers.DatabaseAsync();
        Component before;
        await using (var first = await StartAsync(database: database))
        {
            (await PutAsync(first, "backup", new { probe = new { kind = "heartbeat" }, interval = "1s", grace = "0s", timeout = "100ms" })).EnsureSuccessStatusCode();
            using var beat = await first.Client.PostAsync($"{Components}/backup/heartbeat", null, TestContext.Current.CancellationToken);
            beat.EnsureSuccessStatusCode();
            before = await first.EventuallyAsync<Component>($"{Components}/backup", c => c.Status == ComponentStatus.Unhealthy);
        }

        await using var second = await StartAsync(database: database);
        var restarted = await second.EventuallyAsync<Component>($"{Components}/backup", c => c.LastChecked > before.LastChecked);
        using var put = await PutAsync(second, "backup", new { probe = new { kind = "heartbeat" }, interval = "1s", grace = "0s", timeout = "200ms", dependsOn = new[] { "db" } });
        var changed = (await put.Content.ReadFromJsonAsync<Component>(TestContext.Current.CancellationToken))!;

        Assert.NotNull(before.LastHeartbeat);
        foreach (var after in (Component[])[restarted, changed])
        {
            Assert.Equal(ComponentStatus.Unhealthy, after.Status);
            Assert.Equal(before.Since, after.Since, TimeSpan.FromMilliseconds(1));
            Assert.Equal(before.LastHeartbeat.Value, after.LastHeartbeat!.Value, TimeSpan.FromMilliseconds(1));
        }

        using var again = await second.Client.PostAsync($"{Components}/backup/heartbeat", null, TestContext.Current.CancellationToken);
        Assert.Equal(ComponentStatus.Healthy, (await again.Content.ReadFromJsonAsync<Component>(TestContext.Current.CancellationToken))!.Status);
    }

    [Fact]
    public async Task MetricProbe_ConditionHolds_IsUnhealthyAndWithoutDataUnknown()
    {
        await using var host = await StartAsync(new FixedMetricQueries().Add("queue.size", LabelSet.Of(("component", "ocr")), "1", _ => 120));
        (await PutAsync(host, "queue", new { probe = new { kind = "metric", metric = "queue.size", condition = ">", threshold = 100 }, interval = "1h" })).EnsureSuccessStatusCode();
        (await PutAsync(host, "absent", new { probe = new { kind = "metric", metric = "nothing", condition = ">", threshold = 1 }, interval = "1h" })).EnsureSuccessStatusCode();

        var queue = await host.EventuallyAsync<Component>($"{Components}/queue", c => c.LastChecked is not null);
        var absent = await host.EventuallyAsync<Component>($"{Components}/absent", c => c.LastChecked is not null);

        Assert.Equal((ComponentStatus.Unhealthy, "queue.size{component=\"ocr\"} is 120, > 100."), (queue.Status, queue.LastError));
        Assert.Equal(ComponentStatus.Unknown, absent.Status);
    }

    [Fact]
    public async Task Summary_DependencyDown_NamesTheRootCause()
    {
        await using var host = await StartAsync();
        (await PutAsync(host, "disk", new { probe = new { kind = "tcp", host = "127.0.0.1", port = 1 }, interval = "1h" })).EnsureSuccessStatusCode();
        (await PutAsync(host, "shop", new { probe = new { kind = "tcp", host = "127.0.0.1", port = 1 }, interval = "1h", dependsOn = new[] { "disk", "shop2" } })).EnsureSuccessStatusCode();

        var shop = await host.EventuallyAsync<Component>($"{Components}/shop", c => c.RootCause is not null);
        var summary = await host.EventuallyAsync<HealthSummary>("/api/v1/health/summary", s => s.Counts.Unhealthy >= 2);

        Assert.Equal("disk", shop.RootCause);
        Assert.Equal(ComponentStatus.Unhealthy, summary.Status);
        Assert.Contains(summary.Worst, c => c.Name == "disk");
    }

    [Fact]
    public async Task OwnParts_ChecksOfTheProcess_AreComponentsThatNobodyCanChange()
    {
        await using var host = await StartAsync(checks: checks => checks.AddCheck("alerting", () => HealthCheckResult.Degraded("The rules wait.")));

        var alerting = await host.EventuallyAsync<Component>($"{Components}/alerting", c => c.Status == ComponentStatus.Degraded);
        var database = await host.EventuallyAsync<Component>($"{Components}/database", c => c.Status == ComponentStatus.Healthy);
        using var put = await PutAsync(host, "database", new { probe = new { kind = "heartbeat" } });
        using var delete = await host.Client.DeleteAsync($"{Components}/database", TestContext.Current.CancellationToken);

        Assert.Equal("The rules wait.", alerting.LastError);
        Assert.Equal(ProbeKind.Self, database.Probe.Kind);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (put.StatusCode, delete.StatusCode));
    }

    [Fact]
    public async Task OwnServices_AddressesOfServiceDiscovery_AreWatchedByHttp()
    {
        await using var other = await StartAsync();
        await using var host = await StartAsync(settings: ("services:ingestion:http:0", other.Address.ToString()));

        var ingestion = await host.EventuallyAsync<Component>($"{Components}/ingestion", c => c.Status == ComponentStatus.Healthy);

        Assert.Equal(new Uri("http://ingestion/health"), ingestion.Probe.Url);
    }

    [Fact]
    public async Task Restart_SameDatabase_KeepsDefinitionsAndHistory()
    {
        await using var database = await servers.DatabaseAsync();
        Component before;
        await using (var first = await StartAsync(database: database))
        {
            (await PutAsync(first, "db", new { probe = new { kind = "tcp", host = "127.0.0.1", port = 1 }, interval = "1s", timeout = "500ms" })).EnsureSuccessStatusCode();
            before = await first.EventuallyAsync<Component>($"{Components}/db", c => c.Status == ComponentStatus.Unhealthy && c.LastChecked > c.Since);
        }

        await using var second = await StartAsync(database: database);
        var after = await second.EventuallyAsync<Component>($"{Components}/db", c => c.LastChecked > before.LastChecked);

        Assert.Equal(ComponentStatus.Unhealthy, after.Status);
        Assert.Equal(before.Since, after.Since, TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, after.Uptime30d);
    }

    [Fact]
    public async Task DatabaseOutage_ChecksGoOnAndHistoryIsWrittenAfterwards()
    {
        await using var postgres = new PostgresFixture();
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var host = await StartAsync(database: database, settings: ("Analysis:Health:WriteInterval", "00:00:01"));
        (await PutAsync(host, "self", new { probe = new { kind = "http", url = new Uri(host.Address, "/alive") }, interval = "1s", timeout = "900ms" })).EnsureSuccessStatusCode();
        await host.EventuallyAsync<Component>($"{Components}/self", c => c.Status == ComponentStatus.Healthy);

        await postgres.StopAsync(TestContext.Current.CancellationToken);
        var stoppedAt = TimeProvider.System.GetUtcNow();
        await host.EventuallyAsync<Component>($"{Components}/self", c => c.LastChecked > stoppedAt.AddSeconds(2));
        await host.EventuallyAsync<Component>($"{Components}/database", c => c.Status == ComponentStatus.Degraded, 60);
        using var put = await PutAsync(host, "other", new { probe = new { kind = "heartbeat" } });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, put.StatusCode);

        await postgres.ResumeAsync(TestContext.Current.CancellationToken);
        var resumedAt = TimeProvider.System.GetUtcNow();
        var store = host.Services.GetRequiredService<ComponentStore>();
        var deadline = resumedAt.AddSeconds(60);
        IReadOnlyList<StatusSpan> spans = [];
        while (TimeProvider.System.GetUtcNow() < deadline && (spans.Count == 0 || spans[^1].To < resumedAt))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            try
            {
                spans = await store.SpansAsync("self", DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e.GetBaseException() is Npgsql.NpgsqlException or SocketException or IOException)
            {
                // Still coming up.
            }
        }

        // One unbroken span from before the outage to after it.
        Assert.Contains(spans, s => s.Status == ComponentStatus.Healthy && s.From < stoppedAt && s.To >= resumedAt.AddSeconds(-1));
    }

    [Theory]
    [InlineData("a b", """{"probe":{"kind":"heartbeat"}}""", "A component's name")]
    [InlineData("x", """{"probe":{"kind":"http"}}""", "needs 'url'")]
    [InlineData("x", """{"probe":{"kind":"http","url":"ftp://x/"}}""", "'url' must begin")]
    [InlineData("x", """{"probe":{"kind":"tcp","host":"x"}}""", "'port'")]
    [InlineData("x", """{"probe":{"kind":"metric","metric":"m","condition":"!","threshold":1}}""", "'condition'")]
    [InlineData("x", """{"probe":{"kind":"self"}}""", "'probe.kind' is one of")]
    [InlineData("x", """{"probe":{"kind":"heartbeat"},"interval":"1ms"}""", "'interval'")]
    [InlineData("x", """{"interval":"10s"}""", "'probe' is required")]
    public async Task Put_BadDefinition_SaysWhatToChange(string name, string body, string expected)
    {
        await using var host = await StartAsync();

        using var response = await host.Client.PutAsync($"{Components}/{Uri.EscapeDataString(name)}", new StringContent(body, null, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await ModuleHost.DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Component_IsGoneWithItsHistory()
    {
        await using var host = await StartAsync();
        (await PutAsync(host, "db", new { probe = new { kind = "heartbeat" }, interval = "1m" })).EnsureSuccessStatusCode();

        using var deleted = await host.Client.DeleteAsync($"{Components}/db", TestContext.Current.CancellationToken);
        using var again = await host.Client.DeleteAsync($"{Components}/db", TestContext.Current.CancellationToken);
        using var reader = await host.WithScopes(Scopes.Read).DeleteAsync($"{Components}/db", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (deleted.StatusCode, again.StatusCode, reader.StatusCode));
    }

    private static Task<HttpResponseMessage> PutAsync(ModuleHost host, string name, object definition) =>
        host.Client.PutAsJsonAsync($"{Components}/{name}", definition, new JsonSerializerOptions(JsonSerializerDefaults.Web), TestContext.Current.CancellationToken);

    private async Task<ModuleHost> StartAsync(
        FixedMetricQueries? queries = null, TestDatabase? database = null, Action<IHealthChecksBuilder>? checks = null, params (string, string)[] settings)
    {
        var connection = (database ?? await servers.DatabaseAsync()).ConnectionString;
        var host = await ModuleHost.StartAsync(
            connection, (await servers.RedisAsync()).CreateDatabase(),
            builder =>
            {
                builder.Services.AddSingleton<IMetricQueries>(queries ?? new FixedMetricQueries());
                builder.AddComponentHealth();
                checks?.Invoke(builder.Services.AddHealthChecks());
            },
            app => app.MapComponentHealth(),
            [("Analysis:Health:SelfInterval", "00:00:01"), .. settings]);
        await host.Services.GetRequiredService<PerfPlatform.ServiceDefaults.SchemaReady<HealthDbContext>>().WaitAsync(Wait.Limit);
        return host;
    }
}
