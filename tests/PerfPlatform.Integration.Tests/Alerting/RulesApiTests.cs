using System.Net;
using System.Text.Json;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>Rules through the API: kept, cached in Redis, refused, tried on the past.</summary>
public sealed class RulesApiTests(ServersFixture servers)
{
    private const string Rules = "/api/v1/alerts/rules";
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    [Fact]
    public async Task Rule_ThroughItsLife_IsInDatabaseAndRedis()
    {
        await using var database = await servers.DatabaseAsync();
        var address = (await servers.RedisAsync()).CreateDatabase();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, address, new RecordedSamples());
        await alerting.ReadyAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address);

        var rule = await alerting.PostAsync(Rules, new { name = "High load", metric = "test.load", threshold = 0.8, @for = "2m", severity = "critical" });
        var id = rule.GetProperty("id").GetString()!;
        Assert.Equal("2m", rule.GetProperty("for").GetString());
        Assert.Equal("critical", rule.GetProperty("severity").GetString());
        Assert.Equal(0.8, await CachedAsync(redis, id));

        await alerting.PutAsync($"{Rules}/{id}", new { name = "High load", metric = "test.load", threshold = 0.9 });
        Assert.Equal(0.9, await CachedAsync(redis, id));
        Assert.Equal(0.9, (await alerting.GetAsync($"{Rules}/{id}")).GetProperty("threshold").GetDouble());
        Assert.Equal(1, (await alerting.GetAsync(Rules)).GetProperty("items").GetArrayLength());

        Assert.Equal(HttpStatusCode.NoContent, (await alerting.SendAsync(HttpMethod.Delete, $"{Rules}/{id}", null)).StatusCode);
        Assert.False(await redis.GetDatabase().HashExistsAsync("perfplatform:alert-thresholds", id));
        Assert.Equal(HttpStatusCode.NotFound, (await alerting.SendAsync(HttpMethod.Get, $"{Rules}/{id}", null)).StatusCode);
    }

    [Fact]
    public async Task ChangeRule_WhileFiring_HoldsAtOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        var rule = await alerting.PostAsync(Rules, new { name = "High load", metric = "test.load", agg = "last", threshold = 0.8 });
        alerting.Send("test.load", s_host, 0.9);
        await alerting.WaitForAlertAsync("firing");
        await alerting.PutAsync($"{Rules}/{rule.GetProperty("id").GetString()}", new { name = "High load", metric = "test.load", agg = "last", threshold = 0.95 });
        await alerting.WaitForAlertAsync("resolved");
    }

    [Theory]
    [InlineData("""{"name":"x","threshold":1}""", "'metric' is required")]
    [InlineData("""{"name":"x","metric":"m"}""", "'threshold' is required")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"condition":"=>"}""", "> >= < <= == !=")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"resolveThreshold":2}""", "must not be above")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"match":["host.name"]}""", "not a label filter")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"kind":"forecast"}""", "does not evaluate rules of kind 'forecast'")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"window":"10 minutes"}""", "duration")]
    [InlineData("""{"name":"x","metric":"m","threshold":1,"annotations":{"summary":"{{valeu}}"}}""", "'{{valeu}}' is not known")]
    public async Task AddRule_Wrong_SaysWhatToChange(string body, string told)
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        var answer = await alerting.SendAsync(HttpMethod.Post, Rules, JsonDocument.Parse(body).RootElement);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(told, JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddRule_KeyMayOnlyRead_IsForbidden()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        var answer = await alerting.SendAsync(HttpMethod.Post, Rules, new { name = "x", metric = "m", threshold = 1 }, "read");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Rules_MoreGroupsThanTheBound_AreSaidByTheRuleAndByHealth()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples(), ("Alerting:MaxGroupsPerRule", "2"));
        await alerting.ReadyAsync();
        var rule = await alerting.PostAsync(Rules, new { name = "High load", metric = "test.load", agg = "last", threshold = 0.8 });
        for (var i = 0; i < 5; i++) alerting.Send("test.load", LabelSet.Of(("host.name", $"web-{i}")), 0.1);
        await Wait.ForAsync("the rule says what it leaves out", async () => (await alerting.GetAsync($"{Rules}/{rule.GetProperty("id").GetString()}")).GetProperty("watch") is { ValueKind: JsonValueKind.Object } watch
                && (watch.GetProperty("groups").GetInt32(), watch.GetProperty("unwatchedSeries").GetInt32()) == (2, 3));
        Assert.Contains("3 series are not watched", await (await alerting.SendAsync(HttpMethod.Get, "/health", null)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddRule_AsksAHistogramWhatItIsNot_SaysWhatItIs()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        for (var i = 0; i < 2; i++)
        {
            alerting.Send("took_bucket", LabelSet.Of(("le", "1")), i * 10);
            alerting.Send("took_bucket", LabelSet.Of(("le", "+Inf")), i * 10);
        }

        foreach (var body in new object[]
        {
            new { name = "Slow", metric = "took", threshold = 1 },
            new { name = "Slow", metric = "took", agg = "p95", fn = "rate", threshold = 1 },
            new { name = "Slow", metric = "took_bucket", agg = "p95", fn = "rate", threshold = 1 },
            new { name = "Slow", metric = "took", kind = "absent" },
        })
        {
            var refused = await alerting.SendAsync(HttpMethod.Post, Rules, body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Matches("took(_bucket)? is a histogram", await refused.Content.ReadAsStringAsync());
        }

        await alerting.PostAsync(Rules, new { name = "Slow", metric = "took", agg = "p95", threshold = 1 });
        alerting.Send("test.load", s_host, 1);
        var sum = await alerting.SendAsync(HttpMethod.Post, Rules, new { name = "Load", metric = "test.load", agg = "p95", reduce = "sum", by = Array.Empty<string>(), threshold = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, sum.StatusCode);
    }

    [Fact]
    public async Task Backtest_TwoSpikes_TellsBoth()
    {
        await using var database = await servers.DatabaseAsync();
        var samples = new RecordedSamples();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), samples);
        var start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 600);
        var id = samples.Register("test.load", s_host);
        // Over the threshold from 100 s to 130 s, 200 s to 260 s, and 300 s to 310 s, which is too short.
        for (var s = 0; s < 500; s++) samples.Record(id, start.AddSeconds(s).ToUnixTimeMilliseconds(), s is (>= 100 and < 130) or (>= 200 and < 260) or (>= 300 and < 310) ? 1 : 0);
        var result = await alerting.PostAsync($"{Rules}/backtest", new
        {
            rule = new { name = "High load", metric = "test.load", agg = "last", window = "5s", threshold = 0.5, @for = "20s" },
            from = start,
            to = start.AddSeconds(500),
        });
        var alerts = result.GetProperty("alerts").EnumerateArray().Select(a => (
            (a.GetProperty("firingSince").GetDateTimeOffset() - start).TotalSeconds,
            (a.GetProperty("resolvedAt").GetDateTimeOffset() - start).TotalSeconds)).ToList();
        Assert.Equal([(120, 130), (220, 260)], alerts);
    }

    [Fact]
    public async Task DefaultRules_FirstStart_AreAddedOnceAndDeletionsStay()
    {
        await using var database = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, new RecordedSamples(), ("Alerting:DefaultRules", "true")))
        {
            await first.ReadyAsync();
            var rules = (await first.GetAsync(Rules)).GetProperty("items").EnumerateArray().ToList();
            Assert.True(rules.Count >= 8);
            Assert.All(rules, r => Assert.True(r.GetProperty("annotations").GetProperty("recommendation").GetString()!.Length > 30));
            await first.SendAsync(HttpMethod.Delete, $"{Rules}/{rules[0].GetProperty("id").GetString()}", null);
        }

        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, new RecordedSamples(), ("Alerting:DefaultRules", "true"));
        await second.ReadyAsync();
        Assert.Equal(PerfPlatform.Alerting.Rulebook.DefaultRules.Hosts.Count - 1, (await second.GetAsync(Rules)).GetProperty("items").GetArrayLength());
    }

    private static async Task<double> CachedAsync(ConnectionMultiplexer redis, string id)
    {
        var json = await redis.GetDatabase().HashGetAsync("perfplatform:alert-thresholds", id);
        return JsonDocument.Parse(json.ToString()).RootElement.GetProperty("threshold").GetDouble();
    }
}
