using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>What a developer sees after <c>dotnet run --project PerfPlatform.AppHost</c>, on fresh data.</summary>
public sealed class HappyPathTests(RunningApp app, Browser browser) : IClassFixture<Browser>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task EveryResource_Started_IsHealthyAtOnce()
    {
        var running = await app.StartedAsync();
        // Web healthy means ready: its first keys exist, the first request is let in.
        using var client = await app.ClientAsync();
        using var first = await client.GetAsync("/api/v1/metrics");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        foreach (var name in new[] { ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq, ResourceNames.Agent })
            await running.ResourceNotifications.WaitForResourceHealthyAsync(name).WaitAsync(Patience);
    }

    [Fact]
    public async Task Agent_ThroughTheBroker_IsSeenLiveOnThePage()
    {
        var page = await browser.SignedInAsync(await app.AddressAsync(), "admin", DistributedApp.AdministratorPassword);
        await page.GotoAsync("/hosts");
        await page.ClickAsync($"main a[href='/hosts/{Uri.EscapeDataString(Environment.MachineName)}']");
        await Assertions.Expect(page.Locator("main h1")).ToContainTextAsync(Environment.MachineName);
        // The line goes on by itself: a point that is newer than the page has come from the agent to it.
        var opened = await page.EvaluateAsync<double>("() => Date.now()");
        await page.WaitForFunctionAsync(
            "opened => document.querySelector(\"pp-chart[aria-label='Chart: Utilization']\")?.dataset.newest > opened",
            opened,
            new PageWaitForFunctionOptions { Timeout = (float)Patience.TotalMilliseconds });
        await page.CloseAsync();
    }

    [Fact]
    public async Task Agent_Started_KeepsWhatWaitsInTheModelsFolder()
    {
        await app.StartedAsync();
        // Another agent's would be sent to this server.
        await Wait.ForAsync("the agent's folder", () => Task.FromResult(Directory.Exists(Path.Combine(app.Data, "agent"))), Patience);
    }

    [Fact]
    public async Task Ingestion_WithTwoReplicas_IsTwoProcesses()
    {
        await app.HealthyAsync(ResourceNames.Ingestion);
        Assert.Equal(2, StartedProcesses.Of(app.Data).Count(p => p.TrimEnd().EndsWith("/PerfPlatform.Ingestion", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Otlp_OnItsOwnPort_IsTaken()
    {
        var running = await app.StartedAsync();
        using var key = await app.ClientAsync();
        using var client = running.CreateHttpClient(ResourceNames.Ingestion, "otlp-http");
        client.DefaultRequestHeaders.Authorization = key.DefaultRequestHeaders.Authorization;
        const string body = """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"apphost.otlp","gauge":{"dataPoints":[{"asDouble":7.5,"timeUnixNano":"NOW"}]}}]}]}]}""";
        using var content = new StringContent(body.Replace("NOW", (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000).ToString(), StringComparison.Ordinal), null, "application/json");
        using var sent = await client.PostAsync("/v1/metrics", content);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        await ValueAsync(key, "apphost.otlp", 7.5);
    }

    [Fact]
    public async Task Report_Asked_ComesOutOfHangfire()
    {
        using var client = await app.ClientAsync();
        using var asked = await client.PostAsJsonAsync("/api/v1/reports", new { kind = "performance", from = "now-1h", to = "now", format = "html" });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await Wait.ForAsync("the report", () => client.GetFromJsonAsync<JsonElement>(asked.Headers.Location), report => report.GetProperty("status").GetString() == "done", Patience);
    }

    [Fact]
    public async Task Broker_Restarted_LosesNothingAndRecovers()
    {
        var running = await app.StartedAsync();
        using var client = await app.ClientAsync();
        await SendAsync(client, "apphost.broker", 1);
        await ValueAsync(client, "apphost.broker", 1);
        var restarted = await running.ResourceCommands.ExecuteCommandAsync(ResourceNames.RabbitMq, KnownResourceCommands.RestartCommand);
        Assert.True(restarted.Success, restarted.Message);
        await app.HealthyAsync(ResourceNames.RabbitMq);
        // Intake answers 503 until its connection is back; a 2xx holds again from then on.
        await Wait.ForAsync("intake after the restart", () => client.PostAsJsonAsync("/api/v1/samples", Samples("apphost.broker", 2)), answer => answer.IsSuccessStatusCode, Patience);
        await ValueAsync(client, "apphost.broker", 2);
        foreach (var name in new[] { ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Web }) await app.HealthyAsync(name);
    }

    [Theory]
    [InlineData("/ready", true)]
    [InlineData("/no-such-page", false)]
    public async Task ComposesHealthCheck_OfARunningService_TellsWhetherItIsReady(string path, bool ready)
    {
        var web = await app.AddressAsync();
        // What the file says, asked of this process instead of a container's.
        var command = DeployFiles.Texts(DeployFiles.Map(DeployFiles.Compose(ResourceNames.Web)["healthcheck"])["test"])
            .Select(word => word.Replace("/127.0.0.1/8080", $"/127.0.0.1/{web.Port}", StringComparison.Ordinal).Replace("/ready", path, StringComparison.Ordinal)).ToList();
        Assert.Equal("CMD", command[0]);

        // Asked again and again, as a container is: other tests of this run take the broker and the database away.
        await Wait.ForAsync($"{path}: {ready}", CheckAsync, code => ready == (code == 0), Patience);

        async Task<int> CheckAsync()
        {
            using var check = Process.Start(command[1], command[2..]);
            await check.WaitForExitAsync().WaitAsync(Patience);
            return check.ExitCode;
        }
    }

    private static object Samples(string metric, double value) => new { samples = new[] { new { metric, labels = new { a = "b" }, value } } };

    private static async Task SendAsync(HttpClient client, string metric, double value)
    {
        using var sent = await client.PostAsJsonAsync("/api/v1/samples", Samples(metric, value));
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    private static Task ValueAsync(HttpClient client, string metric, double value) => Wait.ForAsync(
        $"{metric} = {value}",
        () => client.GetFromJsonAsync<JsonElement>("/api/v1/latest?metric=" + metric),
        latest => latest.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("value").GetDouble() == value),
        Patience);
}
