using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Alerting.Live;
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

        // Not when the rules are read next, which is half a minute away.
        await Wait.ForAsync("health recovers", async () => !(await HealthAsync(alerting)).Contains("Redis", StringComparison.Ordinal), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Alert_FiredAndOverWhileTheDatabaseWasAway_IsToldBoth()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, servers.Redis.CreateDatabase(), new RecordedSamples());
        await FollowAsync(alerting, receiver);
        await servers.Postgres.StopAsync();
        try
        {
            await FireAndEndAsync(alerting);
        }
        finally
        {
            await servers.Postgres.ResumeAsync();
        }

        await ToldBothAsync(receiver);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Alert_FiredAndOverWhileTheDatabasesDiskWasFull_IsToldBoth(bool readOnly)
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, servers.Redis.CreateDatabase(), new RecordedSamples());
        await FollowAsync(alerting, receiver);

        // What PostgreSQL says when a table cannot grow; hosted ones refuse every write before it comes to that.
        await database.ExecuteAsync(readOnly
            ? $"""
              ALTER DATABASE "{database.Name}" SET default_transaction_read_only = on;
              SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
              """
            : """
              CREATE FUNCTION public.is_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file "base/5/1249": No space left on device' USING ERRCODE = 'disk_full'; END $$;
              DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'alerting' LOOP
                  EXECUTE format('CREATE TRIGGER is_full BEFORE INSERT OR UPDATE ON alerting.%I EXECUTE FUNCTION public.is_full()', name);
                END LOOP;
              END $$;
              """);
        await FireAndEndAsync(alerting);
        Assert.Empty(receiver.Requests);
        await database.ExecuteAsync(readOnly
            ? $"""
              ALTER DATABASE "{database.Name}" RESET default_transaction_read_only;
              SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
              """
            : "DROP FUNCTION public.is_full CASCADE");
        await ToldBothAsync(receiver);
    }

    [Fact]
    public async Task Alert_FiredAndOverWhileNobodyEvaluated_IsToldBoth()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var (redis, samples) = (servers.Redis.CreateDatabase(), new RecordedSamples());
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples)) await FollowAsync(first, receiver);
        await FireAndEndAsync(samples);
        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples);
        await ToldBothAsync(receiver);
    }

    [Fact]
    public async Task Alert_FiredAndOverWhileNobodyEvaluatedAndTheStoreCameLater_IsToldBoth()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var (redis, samples) = (servers.Redis.CreateDatabase(), new RecordedSamples());
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples)) await FollowAsync(first, receiver);
        await FireAndEndAsync(samples);
        samples.IsAway = true;
        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples, ("Alerting:CatchUpPatience", "00:00:00.5"));
        await Wait.ForAsync("it goes on without", async () => (await HealthAsync(second)).Contains("windows could not be filled", StringComparison.Ordinal));
        samples.IsAway = false;
        await ToldBothAsync(receiver);
    }

    [Fact]
    public async Task Alert_FiredAndOverInSamplesThatWaitedForTheRegistry_IsToldAfterARestart()
    {
        await using var database = await servers.Postgres.CreateDatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var (redis, samples) = (servers.Redis.CreateDatabase(), new RecordedSamples());
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples))
        {
            await FollowAsync(first, receiver);
            samples.IsRegistryAway = true;
            var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            first.SendBuffered("test.load", LabelSet.Of(("host.name", "web-2")), (from + 1, 0.9), (from + 1001, 0.1));
            await Wait.ForAsync("the registry was asked", () => !first.Services.GetRequiredService<SeriesResolver>().IsAvailable);
            await first.EvaluateForAsync(TimeSpan.FromSeconds(2));
        }

        samples.IsRegistryAway = false;
        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples);
        await ToldBothAsync(receiver);
    }

    /// <summary>A rule without a wait, evaluated, and somebody who is told.</summary>
    private static async Task FollowAsync(AlertingProcess alerting, WebhookReceiver receiver)
    {
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
        alerting.Send("test.load", s_host, 0.1);
        await alerting.EvaluateForAsync(TimeSpan.FromSeconds(1));
    }

    /// <summary>It is in the store that it fired and is over, and nobody looked.</summary>
    private static async Task FireAndEndAsync(RecordedSamples samples)
    {
        var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var id = samples.Register("test.load", s_host);
        samples.Record(id, from + 1, 0.9);
        samples.Record(id, from + 1001, 0.1);
        await Wait.ForAsync("it has been", () => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > from + 1001);
    }

    private static async Task FireAndEndAsync(AlertingProcess alerting)
    {
        await Wait.ForAsync("it fires", () => SendAsync(0.9, found: true));
        await Wait.ForAsync("it is over", () => SendAsync(0.1, found: false));

        bool SendAsync(double value, bool found)
        {
            alerting.Send("test.load", s_host, value);
            return alerting.Services.GetRequiredService<Evaluator>().ActiveAlerts > 0 == found;
        }
    }

    private static async Task ToldBothAsync(WebhookReceiver receiver)
    {
        var (firing, over) = (await receiver.WaitForAsync(r => r.Event == "alert.firing"), await receiver.WaitForAsync(r => r.Event == "alert.resolved"));
        Assert.Equal(firing.Json.GetProperty("alerts")[0].GetProperty("id").GetString(), over.Json.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.Equal(2, receiver.Requests.Count);
    }

    private static async Task<string> HealthAsync(AlertingProcess alerting) => await (await alerting.SendAsync(HttpMethod.Get, "/health", null)).Content.ReadAsStringAsync();
}
