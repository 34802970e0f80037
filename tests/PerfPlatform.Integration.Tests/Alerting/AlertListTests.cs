using System.Net;
using System.Text.Json;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary><c>GET /api/v1/alerts</c>: what is asked for is filtered, ordered and counted before the page is cut.</summary>
public sealed class AlertListTests(ServersFixture servers)
{
    private const int Warnings = 60;

    [Fact]
    public async Task List_CriticalBeganBeforeManyWarnings_IsFirstIsFoundByItsHostAndIsCounted()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/alerts/rules", Rule("Down", "critical"));
        await alerting.PostAsync("/api/v1/alerts/rules", Rule("Busy", "warning"));
        alerting.Send("test.Down", Host("db-1"), 1);
        await alerting.WaitForAlertAsync("firing");
        for (var i = 0; i < Warnings; i++) alerting.Send("test.Busy", Host($"web-{i}"), 1);
        await Wait.ForAsync("all alerts fire", async () => Items(await alerting.GetAsync("/api/v1/alerts?limit=1000&state=firing")).Count == Warnings + 1);

        var worst = await alerting.GetAsync("/api/v1/alerts?state=firing&order=worst&limit=10");
        Assert.Equal("db-1", HostOf(Items(worst)[0]));
        Assert.Equal((1, Warnings, 0), Counts(worst));
        var ofHost = await alerting.GetAsync("/api/v1/alerts?state=firing,pending&state=unknown&match=host.name%3Ddb-1&limit=10");
        Assert.Equal("db-1", HostOf(Assert.Single(Items(ofHost))));
        Assert.Equal((1, 0, 0), Counts(ofHost));
        var busy = await alerting.GetAsync("/api/v1/alerts?match=host.name~web-.*&match=alertname%3DBusy&limit=10");
        Assert.Equal((0, Warnings, 0), Counts(busy));
        Assert.Equal(10, Items(busy).Count);
        Assert.Equal((1, 0, 0), Counts(await alerting.GetAsync("/api/v1/alerts?severity=critical,info")));

        // Page by page everything comes once, in the order.
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await alerting.GetAsync($"/api/v1/alerts?order=worst&limit=25{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(Items(page).Select(HostOf));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal("db-1", seen[0]);
        Assert.Equal(Warnings + 1, seen.Distinct().Count());
        Assert.Equal(Warnings + 1, seen.Count);

        foreach (var (query, detail) in new[]
        {
            ("state=burning", "'state' is 'burning': write one of pending, firing, resolved, unknown."),
            ("state=firing,", "'state' is '': write one of pending, firing, resolved, unknown."),
            ("severity=bad", "'severity' is 'bad': write one of info, warning, critical."),
            ("order=best", "'order' is 'best': write one of newest, worst."),
            ("match=host.name", "'host.name' is not a label filter"),
        })
        {
            using var answer = await alerting.SendAsync(HttpMethod.Get, "/api/v1/alerts?" + query, null);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(detail, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        }
    }

    private static object Rule(string name, string severity) => new { name, metric = "test." + name, severity, agg = "last", window = "10s", condition = ">", threshold = 0.5, @for = "0s" };

    private static LabelSet Host(string name) => LabelSet.Of(("host.name", name));

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private static string HostOf(JsonElement alert) => alert.GetProperty("labels").GetProperty("host.name").GetString()!;

    private static (int, int, int) Counts(JsonElement page)
    {
        var counts = page.GetProperty("counts").Deserialize<AlertCounts>(JsonSerializerOptions.Web)!;
        return (counts.Critical, counts.Warning, counts.Info);
    }
}
