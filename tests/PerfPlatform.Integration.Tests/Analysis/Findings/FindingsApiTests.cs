using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Findings.Answers;
using PerfPlatform.Analysis.Findings.History;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Findings;

public sealed class FindingsApiTests(ServersFixture servers)
{
    [Fact]
    public async Task Bottlenecks_BusyHostBesideAQuietOne_NamesTheBusyOnesProcessor()
    {
        await using var host = await StartAsync(Hosts());

        var page = await host.GetAsync<Page<Finding>>("/api/v1/analysis/bottlenecks");

        var finding = Assert.Single(page.Items);
        Assert.Equal("busy-1", finding.Subject["host"]);
        Assert.Equal("cpu", finding.Subject["resource"]);
        Assert.Equal("busy-1 is held back by the processor: 99 % busy, 4 tasks a core want to run.", finding.Summary);
        Assert.InRange(finding.Confidence, 0.9, 1);
        Assert.Equal(0.99, finding.Evidence.Single(e => e.Metric == "system.cpu.utilization").Numbers["mean"], 6);
    }

    [Fact]
    public async Task Scores_TwoHostsAndAnApplication_LowestFirstWithWhatCostPoints()
    {
        await using var host = await StartAsync(Hosts()
            .Add("processing.documents", LabelSet.Of(("service.name", "ocr"), ("outcome", "ok")), "{document}", _ => 9.0, MetricKind.Counter)
            .Add("processing.documents", LabelSet.Of(("service.name", "ocr"), ("outcome", "error")), "{document}", _ => 1.0, MetricKind.Counter));

        var scores = (await host.GetAsync<Page<Finding>>("/api/v1/analysis/scores")).Items;

        Assert.Equal(["service:ocr", "host:busy-1", "host:quiet-1"], scores.Select(s => string.Join(':', s.Subject.Single().Key, s.Subject.Single().Value)));
        Assert.Equal(30, scores[0].Data!.Value.GetProperty("score").GetDouble());
        Assert.Equal("errors", scores[0].Data!.Value.GetProperty("parts")[0].GetProperty("part").GetString());
        Assert.Equal(100, scores[2].Data!.Value.GetProperty("score").GetDouble());
    }

    [Fact]
    public async Task Trends_RisingMemory_SaysByHowMuch()
    {
        await using var host = await StartAsync(Hosts());

        var trends = (await host.GetAsync<Page<Finding>>("/api/v1/analysis/trends?metric=system.memory.utilization&from=now-1h")).Items;

        Assert.Equal("busy-1", trends[0].Subject["host"]);
        Assert.Equal("rising", trends[0].Data!.Value.GetProperty("direction").GetString());
        Assert.Equal(0.12, trends[0].Evidence[0].Numbers["slopePerHour"], 3);
        Assert.StartsWith("Memory use of busy-1 rises by 12 points an hour (95 % sure:", trends[0].Summary, StringComparison.Ordinal);
        Assert.Equal("flat", trends[1].Data!.Value.GetProperty("direction").GetString());
    }

    [Fact]
    public async Task Recommendations_BusyAndFilling_BothWithWhatToDo()
    {
        await using var host = await StartAsync(Hosts());

        var found = (await host.GetAsync<Page<Finding>>("/api/v1/analysis/recommendations?host=busy-1")).Items;

        Assert.Contains(found, f => f.Subject["because"] == "bottleneck" && f.Summary.Contains("more cores", StringComparison.Ordinal));
        Assert.Contains(found, f => f.Subject["because"] == "trend" && f.Data!.Value.GetProperty("fullInSeconds").GetDouble() > 0);
    }

    [Theory]
    [InlineData("trends", "Trends need a metric")]
    [InlineData("trends?metric=x&match=nonsense", "is not a label filter")]
    [InlineData("scores?from=now&to=now-1h", "'to' must be after 'from'")]
    [InlineData("scores?from=gestern", "'from' is 'gestern'")]
    [InlineData("bottlenecks?limit=0", "'limit' is from 1 to 1000")]
    [InlineData("history/forecast", "There is no history")]
    [InlineData("forecast", "Forecasts need a metric")]
    [InlineData("forecast?metric=x&horizon=soon", "'horizon' is 'soon'")]
    [InlineData("forecast?metric=x&horizon=1m", "'horizon' is from 10m to 30d")]
    [InlineData("trends?metric=x&horizon=1h", "horizon")]
    public async Task Get_BadQuestion_SaysWhatToChange(string path, string expected)
    {
        await using var host = await StartAsync(Hosts());

        using var response = await host.Client.GetAsync("/api/v1/analysis/" + path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await ModuleHost.DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_KindOfALaterVersion_SaysSo()
    {
        await using var host = await StartAsync(Hosts());
        var findings = host.Services.GetRequiredService<IFindings>();
        var now = TimeProvider.System.GetUtcNow();

        var error = await Assert.ThrowsAsync<QueryException>(() =>
            findings.FindAsync(FindingKind.Pattern, new FindingRequest { From = now.AddHours(-1), To = now }, TestContext.Current.CancellationToken));
        Assert.Contains("does not compute", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WithoutCredentialsOrScope_IsRefused()
    {
        await using var host = await StartAsync(Hosts());

        using var nobody = await host.Anonymous().GetAsync("/api/v1/analysis/scores", TestContext.Current.CancellationToken);
        using var sender = await host.WithScopes(Scopes.Ingest).GetAsync("/api/v1/analysis/scores", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (nobody.StatusCode, sender.StatusCode));
    }

    [Fact]
    public async Task Job_RunsAgainAndAgain_KeepsOneSpanForWhatStaysTheSame()
    {
        await using var host = await StartAsync(Hosts());
        await host.Services.GetRequiredService<SchemaReady<FindingsDbContext>>().WaitAsync(Wait.Limit);
        var job = host.Services.GetRequiredService<FindingJob>();
        for (var i = 0; i < 3; i++) await job.RunAsync(TestContext.Current.CancellationToken);

        var bottlenecks = await host.GetAsync<Page<Finding>>("/api/v1/analysis/history/bottleneck");
        var scores = await host.GetAsync<Page<Finding>>("/api/v1/analysis/history/score?host=quiet-1");
        var trends = await host.GetAsync<Page<Finding>>("/api/v1/analysis/history/trend");

        var kept = Assert.Single(bottlenecks.Items);
        Assert.True(kept.To > kept.From);
        Assert.Single(scores.Items);
        Assert.Equal("busy-1", Assert.Single(trends.Items).Subject["host"]);
    }

    [Fact]
    public async Task Forecast_RisingMemory_SaysWhenItIsFull()
    {
        await using var host = await StartAsync(Hosts());

        var forecasts = (await host.GetAsync<Page<Finding>>("/api/v1/analysis/forecast?metric=system.memory.utilization&from=now-2d&horizon=6h")).Items;

        var busy = forecasts[0];
        Assert.Equal((2, "busy-1", Severity.Warning), (forecasts.Count, busy.Subject["host"], busy.Severity));
        Assert.Contains(" It reaches 95 % about ", busy.Summary, StringComparison.Ordinal);
        var reach = DateTimeOffset.Parse(busy.Data!.Value.GetProperty("reaches").GetProperty("expected").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange((reach - TimeProvider.System.GetUtcNow()).TotalHours, 3.25, 4.25); // 0.45 at 0.12 an hour
        Assert.StartsWith("Memory use of quiet-1 will be about 50 % in 6 hours (95 % sure: 50 % to 50 %); it is 50 % now.", forecasts[1].Summary, StringComparison.Ordinal);
        var expected = forecasts[1].Data!.Value.GetProperty("expected");
        Assert.Equal(36, expected.GetProperty("times").GetArrayLength());
        Assert.All(expected.GetProperty("values").EnumerateArray(), value => Assert.Equal(0.5, value.GetDouble()));
    }

    [Fact]
    public async Task Forecast_LittleHistory_LooksNoFurtherThanItGoesBackAndSaysSo()
    {
        await using var host = await StartAsync(Hosts());

        var forecast = Assert.Single((await host.GetAsync<Page<Finding>>("/api/v1/analysis/forecast?metric=system.memory.utilization&host=quiet-1&from=now-1h&horizon=24h")).Items);

        Assert.EndsWith("so it looks no further ahead.", forecast.Summary, StringComparison.Ordinal);
        var times = forecast.Data!.Value.GetProperty("expected").GetProperty("times").EnumerateArray().Select(t => t.GetInt64()).ToList();
        Assert.InRange(times[^1] - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 50 * 60_000, 62 * 60_000);
    }

    [Fact]
    public async Task Forget_OldSpans_AreRemoved()
    {
        await using var host = await StartAsync(Hosts());
        await host.Services.GetRequiredService<SchemaReady<FindingsDbContext>>().WaitAsync(Wait.Limit);
        await host.Services.GetRequiredService<FindingJob>().RunAsync(TestContext.Current.CancellationToken);
        var store = host.Services.GetRequiredService<FindingStore>();
        var now = TimeProvider.System.GetUtcNow();

        Assert.Equal(0, await store.ForgetAsync(now.AddDays(-1), TestContext.Current.CancellationToken));
        Assert.True(await store.ForgetAsync(now.AddMinutes(1), TestContext.Current.CancellationToken) >= 3);
        Assert.Empty((await host.GetAsync<Page<Finding>>("/api/v1/analysis/history/score")).Items);
    }

    // busy-1 has two of its cores' worth of work too many and memory that rises by 0.12 an hour; quiet-1 has nothing.
    private static FixedMetricQueries Hosts()
    {
        var start = TimeProvider.System.GetUtcNow();
        var queries = new FixedMetricQueries();
        foreach (var (name, cpu, load, rise) in (ReadOnlySpan<(string, double, double, double)>)[("busy-1", 0.99, 8, 0.12), ("quiet-1", 0.10, 0.2, 0)])
        {
            var labels = LabelSet.Of(("host.name", name));
            queries.Add("system.cpu.utilization", labels, "1", _ => cpu)
                .Add("system.cpu.utilization", LabelSet.Of(("host.name", name), ("cpu.mode", "idle")), "1", _ => 1 - cpu)
                .Add("system.cpu.load_average.1m", labels, "{thread}", _ => load)
                .Add("system.cpu.logical.count", labels, "{cpu}", _ => 2)
                .Add("system.memory.utilization", labels, "1", time => 0.5 + (rise * (time - start).TotalHours))
                .Add("system.filesystem.utilization", LabelSet.Of(("host.name", name), ("system.filesystem.mountpoint", "/")), "1", _ => 0.4);
        }

        return queries;
    }

    private async Task<ModuleHost> StartAsync(FixedMetricQueries queries) => await ModuleHost.StartAsync(
        (await servers.DatabaseAsync()).ConnectionString, (await servers.RedisAsync()).CreateDatabase(),
        builder =>
        {
            builder.Services.AddSingleton<IMetricQueries>(queries);
            builder.AddFindings();
        },
        app => app.MapFindings());
}
