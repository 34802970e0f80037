using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>Evaluation while a server is away. The servers are this class's own: it stops them.</summary>
public sealed class OutageTests(AlertingServers servers) : IClassFixture<AlertingServers>
{
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    [Fact]
    public async Task Evaluation_DatabaseAway_GoesOnAndTellsWhenItIsBack()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, servers.Redis.CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.8, @for = "1s" });
        // The rule is under evaluation before the database goes.
        alerting.Send("test.load", s_host, 0.1);
        await servers.Postgres.StopAsync();
        DateTimeOffset crossed;
        try
        {
            crossed = TimeProvider.System.GetUtcNow();
            alerting.Send("test.load", s_host, 0.9);
            // The rule was judged: a health that only knows of the database says that none wait.
            await Wait.ForAsync("health says that changes wait", () => HealthAsync(alerting), health => health.Contains("changes wait", StringComparison.Ordinal) && !health.Contains("(0 changes", StringComparison.Ordinal));
        }
        finally
        {
            await servers.Postgres.ResumeAsync();
        }

        var resumed = TimeProvider.System.GetUtcNow();
        var request = await receiver.WaitForAsync(r => r.Event == "alert.firing");
        var pending = request.Json.GetProperty("alerts")[0].GetProperty("pendingSince").GetDateTimeOffset();
        // Judged while the database was away, not when it came back.
        Assert.InRange(pending, crossed.AddMilliseconds(-5), resumed);
        Assert.InRange((pending - crossed).TotalSeconds, -0.1, 2);
        await Wait.ForAsync("health recovers", async () => !(await HealthAsync(alerting)).Contains("changes wait", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evaluation_RedisAway_GoesOnWithChangedThresholdsAndSaysSo()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, servers.Redis.CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        var rule = await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.95 });
        await servers.Redis.StopAsync();
        try
        {
            await alerting.PutAsync($"/api/v1/alerts/rules/{rule.GetProperty("id").GetString()}", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
            alerting.Send("test.load", s_host, 0.9);
            await alerting.WaitForAlertAsync("firing");
            Assert.Contains("Redis does not answer", await HealthAsync(alerting), StringComparison.Ordinal);
        }
        finally
        {
            await servers.Redis.ResumeAsync();
        }
    }

    private static async Task<string> HealthAsync(AlertingProcess alerting) => await (await alerting.SendAsync(HttpMethod.Get, "/health", null)).Content.ReadAsStringAsync();
}
