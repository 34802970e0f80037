using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Ingestion.Scrape;
using PerfPlatform.Ingestion.Scrape.Targets;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Scrape;

public sealed class ScrapeTargetsTests(ServersFixture servers)
{
    private static readonly Uri Targets = new("api/v1/scrape/targets", UriKind.Relative);
    [Fact]
    public async Task Targets_OfTheApi_AreScrapedKeptChangedAndRemoved()
    {
        var redis = (await servers.RedisAsync()).CreateDatabase();
        await using var exporter = await RecordingExporter.StartAsync();
        exporter.Page = "queue_size 3\n";
        string id;
        (string, string) secret = (InstallationSecret.Setting, InstallationSecret.Generate());
        await using (var host = await StartAsync(new CapturingSink(), redis, secret))
        {
            using var admin = await host.ClientAsync([Scopes.Admin, Scopes.Read]);
            using var added = await admin.PostAsJsonAsync(Targets, new { job = "app", target = exporter.Target, path = "/own", interval = "200ms", timeout = "200ms", bearerToken = "t0p" });
            var text = await added.Content.ReadAsStringAsync();
            Assert.True(added.StatusCode == HttpStatusCode.Created, text);
            Assert.DoesNotContain("t0p", text, StringComparison.Ordinal);
            var info = JsonSerializer.Deserialize<ScrapeTargetInfo>(text, PerfPlatformJson.Options)!;
            id = info.Id;
            Assert.Equal(($"/api/v1/scrape/targets/{id}", true), (added.Headers.Location!.ToString(), info.HasCredentials));

            var state = await Wait.ForAsync("the target is up", async () => (await GetAsync(admin, id)).State, s => s is { Up: true });
            Assert.Equal((1, (string?)null), (state!.Samples, state.Error));
            Assert.All(exporter.Given, given => Assert.Equal(("/own", "Bearer t0p"), (given.Path, given.Authorization)));
            using var twice = await admin.PostAsJsonAsync(Targets, new { job = "app", target = exporter.Target });
            Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
            using var bad = await admin.PostAsJsonAsync(Targets, new { job = "app", target = "http://x" });
            Assert.Contains("'target' must be", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
            Assert.DoesNotContain("t0p", (await connection.GetDatabase().HashGetAsync("perfplatform:scrape:targets", id)).ToString(), StringComparison.Ordinal);
            // What cannot be read is left out, and is in the way of nothing.
            await connection.GetDatabase().HashSetAsync("perfplatform:scrape:targets", [new("broken", "{"), new("bad", """{"definition":{"job":"x","target":"http://x"},"secret":null}""")]);
            using var reader = await host.ClientAsync([Scopes.Read, Scopes.Write]);
            using var forbidden = await reader.DeleteAsync(new Uri($"{Targets}/{id}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        }

        // After a restart the target is still there.
        var sink = new CapturingSink();
        await using (var host = await StartAsync(sink, redis, secret))
        {
            using var admin = await host.ClientAsync([Scopes.Admin, Scopes.Read]);
            await Wait.ForAsync("it is scraped again", () => Task.FromResult(sink.Samples().Any(s => s.Metric == "queue_size")), found => found);
            // What is left out of a PUT stays: the token, but only for the same address.
            var address = new Uri($"{Targets}/{id}", UriKind.Relative);
            using var changed = await admin.PutAsJsonAsync(address, new { job = "app", target = exporter.Target, path = "/other", interval = "200ms", timeout = "200ms" });
            Assert.True((await changed.Content.ReadFromJsonAsync<ScrapeTargetInfo>(PerfPlatformJson.Options))!.HasCredentials);
            await Wait.ForAsync("the other page is asked for", () => Task.FromResult(exporter.Given.LastOrDefault(g => g.Path == "/other")), given => given.Authorization == "Bearer t0p");
            using var moved = await admin.PutAsJsonAsync(address, new { job = "app", target = "127.0.0.1:1", interval = "200ms", timeout = "200ms" });
            Assert.False((await moved.Content.ReadFromJsonAsync<ScrapeTargetInfo>(PerfPlatformJson.Options))!.HasCredentials);
            await Wait.ForAsync("it is down", async () => (await GetAsync(admin, id)).State, s => s is { Up: false, Error: "no connection: ConnectionRefused" });
            Assert.Equal(id, Assert.Single((await ListAsync(admin, "?job=app&up=false")).Items).Id);
            Assert.Empty((await ListAsync(admin, "?up=true")).Items);

            using var removed = await admin.DeleteAsync(address);
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
            using var gone = await admin.GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
            await Wait.ForAsync("its series end", () => Task.FromResult(sink.Samples().LastOrDefault(s => s.Metric == "up").Value), double.IsNaN);
        }
    }

    [Fact]
    public async Task Targets_OfTwoInstances_AreScrapedByOneOfThemAndTakenOver()
    {
        const int count = 12;
        var redis = (await servers.RedisAsync()).CreateDatabase();
        await using var exporter = await RecordingExporter.StartAsync();
        exporter.Page = "queue_size 3\n";
        var jobs = Enumerable.Range(0, count).Select(i => ($"Ingestion:Scrape:Jobs:{i}", i)).SelectMany(job => new[]
        {
            ($"{job.Item1}:Name", $"job-{job.i}"), ($"{job.Item1}:Targets:0", exporter.Target), ($"{job.Item1}:Path", $"/{job.i}"), ($"{job.Item1}:Interval", "00:00:00.2"), ($"{job.Item1}:Timeout", "00:00:00.2"),
        }).ToList();
        var (first, second) = (new CapturingSink(), new CapturingSink());
        await using var one = await StartAsync(first, redis, jobs);
        using var client = await one.ClientAsync([Scopes.Read]);
        HashSet<string> moved;
        await using (var two = await StartAsync(second, redis, jobs))
        {
            // Both have some, and each is told of by both: the states of the other come by Redis.
            var states = await Wait.ForAsync("both scrape", async () => (await ListAsync(client, "")).Items, items => items.All(t => t.State is { Up: true }) && items.Select(t => t.State!.ScrapedBy).Distinct().Count() == 2);
            Assert.Equal(count, states.Count);
            // The first lets those of the second go, and from then on each is scraped by one.
            await Wait.ForAsync("each is scraped by one", async () =>
            {
                first.Batches.Clear();
                second.Batches.Clear();
                await Wait.ForAsync("all are scraped", () => Task.FromResult(Jobs(first).Concat(Jobs(second)).Distinct().Count()), n => n == count);
                return Jobs(first).Intersect(Jobs(second)).Count();
            }, both => both == 0);
            moved = Jobs(second);
            Assert.NotEmpty(moved);
        }

        // The second leaves: its targets are taken over, and no series ended on the way.
        await Wait.ForAsync("the first scrapes all", () => Task.FromResult(Jobs(first)), jobsOfFirst => jobsOfFirst.Count == count && moved.IsSubsetOf(jobsOfFirst));
        Assert.DoesNotContain(second.Samples().Concat(first.Samples()), s => s.Metric == "up" && double.IsNaN(s.Value));
        using var admin = await one.ClientAsync([Scopes.Admin, Scopes.Read]);
        var id = (await ListAsync(admin, "?limit=1")).Items.Single().Id;
        using var refused = await admin.DeleteAsync(new Uri($"{Targets}/{id}", UriKind.Relative));
        Assert.Contains("change it there", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var page = await ListAsync(admin, "?limit=7");
        var rest = await ListAsync(admin, $"?limit=7&cursor={Uri.EscapeDataString(page.NextCursor!)}");
        Assert.Equal((7, 5, (string?)null), (page.Items.Count, rest.Items.Count, rest.NextCursor));
    }

    [Fact]
    public async Task Targets_OfAnInstanceThatWasKilled_AreTakenOverWithinTenSeconds()
    {
        const int count = 12;
        var redis = (await servers.RedisAsync()).CreateDatabase();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        // What is left of it: it said that it lives, and says so no more.
        await connection.GetDatabase().SortedSetAddAsync("perfplatform:scrape:members", "killed", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await using var exporter = await RecordingExporter.StartAsync();
        exporter.Page = "queue_size 3\n";
        var jobs = Enumerable.Range(0, count).SelectMany(i => new[] { ($"Ingestion:Scrape:Jobs:{i}:Name", $"job-{i}"), ($"Ingestion:Scrape:Jobs:{i}:Targets:0", exporter.Target), ($"Ingestion:Scrape:Jobs:{i}:Interval", "00:00:00.2"), ($"Ingestion:Scrape:Jobs:{i}:Timeout", "00:00:00.2") });
        var sink = new CapturingSink();
        await using var host = await StartAsync(sink, redis, jobs);
        await Wait.ForAsync("all targets are scraped", () => Task.FromResult(Jobs(sink).Count), n => n == count);
        Assert.Equal(1, await connection.GetDatabase().SortedSetLengthAsync("perfplatform:scrape:members"));
        // Three times so long it is waited for, and then looked.
        Assert.InRange(new ScrapeOptions().CoordinationInterval * 4, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Targets_WhileRedisIsAway_AreScrapedOn()
    {
        await using var redis = new RedisFixture();
        await redis.StartAsync();
        await using var exporter = await RecordingExporter.StartAsync();
        exporter.Page = "queue_size 3\n";
        var sink = new CapturingSink();
        await using var host = await StartAsync(sink, redis.CreateDatabase());
        using var admin = await host.ClientAsync([Scopes.Admin, Scopes.Read]);
        using var added = await admin.PostAsJsonAsync(Targets, new { job = "app", target = exporter.Target, interval = "200ms", timeout = "200ms" });
        using var metadata = await admin.PostAsJsonAsync(Targets, new { job = "cloud", target = "169.254.169.254", interval = "200ms", timeout = "200ms" });
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (added.StatusCode, metadata.StatusCode));
        await Wait.ForAsync("it is scraped", () => Task.FromResult(sink.Samples().Any(s => s.Metric == "queue_size")), found => found);
        await Wait.ForAsync("the metadata of clouds is refused", async () => (await ListAsync(admin, "?job=cloud")).Items.Single().State, s => s is { Up: false, Error: "no connection: AccessDenied" });
        await redis.DisposeAsync();
        using var refused = await admin.PostAsJsonAsync(Targets, new { job = "app", target = "b:1" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var before = sink.Batches.Count;
        await Wait.ForAsync("it is scraped on", () => Task.FromResult(sink.Batches.Count), n => n > before + 10);
        await Wait.ForAsync("it is up", async () => (await ListAsync(admin, "?job=app")).Items.Single().State!.Up, up => up);
    }

    private static HashSet<string> Jobs(CapturingSink sink) =>
        [.. sink.Samples().Where(s => s.Metric == "queue_size").Select(s => s.Labels[(s.Labels.IndexOf("job=\"", StringComparison.Ordinal) + 5)..].Split('"')[0])];

    private static async Task<ScrapeTargetInfo> GetAsync(HttpClient client, string id) =>
        (await client.GetFromJsonAsync<ScrapeTargetInfo>(new Uri($"{Targets}/{id}", UriKind.Relative), PerfPlatformJson.Options))!;

    private static async Task<Page<ScrapeTargetInfo>> ListAsync(HttpClient client, string query) =>
        (await client.GetFromJsonAsync<Page<ScrapeTargetInfo>>(new Uri(Targets + query, UriKind.Relative), PerfPlatformJson.Options))!;

    private Task<IntakeHost> StartAsync(CapturingSink sink, string redis, params IEnumerable<(string, string)> settings) =>
        IntakeHost.StartAsync(servers, sink, [.. settings, ("ConnectionStrings:redis", redis), ("Ingestion:Scrape:CoordinationInterval", "00:00:00.3")]);
}
