using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Findings.Answers;
using PerfPlatform.Analysis.Health;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Integration.Tests.Analysis;
using PerfPlatform.Reports;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.Reports.Schedules;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Reports;

public sealed class ReportsTests(ServersFixture servers)
{
    private const string Reports = "/api/v1/reports";

    [Theory]
    [InlineData("html", "text/html; charset=utf-8")]
    [InlineData("csv", "text/csv; charset=utf-8")]
    [InlineData("json", "application/json")]
    public async Task Post_PerformanceReport_IsMadeAndDownloaded(string format, string contentType)
    {
        await using var host = await StartAsync();

        using var posted = await PostAsync(host, new { kind = "performance", from = "now-1h", format });
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        var done = await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status is ReportStatus.Done or ReportStatus.Failed);
        using var file = await host.Client.GetAsync($"{Reports}/{done.Id}/download", TestContext.Current.CancellationToken);
        var bytes = await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal((ReportStatus.Done, 100, null), (done.Status, done.Progress, done.Error));
        Assert.Equal("tester", done.CreatedBy);
        Assert.Equal(contentType, file.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("Z." + format, file.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        Assert.Equal(done.Size, bytes.Length);
        Assert.Contains("web-1", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_Content_AgreesWithTheSeries()
    {
        await using var host = await StartAsync();
        using var posted = await PostAsync(host, new { kind = "performance", from = "now-1h", format = "json" });
        var done = await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Done);

        var report = await host.GetAsync<PerformanceReport>($"{Reports}/{done.Id}/download");

        var web = Assert.Single(report.Hosts);
        var cpu = web.Metrics.Single(m => m.Title == "CPU");
        Assert.All([cpu.Average, cpu.P95, cpu.Maximum], value => Assert.Equal(0.97, value, 9));
        var memory = web.Metrics.Single(m => m.Title == "Memory");
        Assert.Equal("rising", memory.Trend!.Direction);
        Assert.Equal(0.1, memory.Trend.ChangePerHour, 3);
        Assert.Equal(1500, web.Metrics.Single(m => m.Title == "Network received").Average, 6);
        Assert.Equal("cpu", Assert.Single(report.Bottlenecks).Subject["resource"]);
        Assert.NotEmpty(report.Recommendations);
        Assert.Contains(report.Alerts, a => a.Name == "High CPU");
        Assert.Contains(report.Components, c => c.Name == "reports");
        Assert.Empty(report.Notes);
        Assert.NotNull(web.Score);
    }

    [Theory]
    [InlineData("""{"kind":"performance","format":"pdf"}""", "html, csv, json")]
    [InlineData("""{"kind":"capacity","format":"html"}""", "'performance'")]
    [InlineData("""{"kind":"performance","format":"html","from":"now","to":"now-1h"}""", "'to' must be after")]
    [InlineData("""{"kind":"poem","format":"html"}""", "'kind' is 'poem'")]
    [InlineData("""{"kind":"performance"}""", "'format' is required")]
    public async Task Post_BadRequest_SaysWhatToChange(string body, string expected)
    {
        await using var host = await StartAsync();

        using var response = await host.Client.PostAsync(Reports, new StringContent(body, null, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await ModuleHost.DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_StoreFailsForGood_SaysWhy()
    {
        await using var host = await StartAsync(new FixedMetricQueries { Failure = new QueryException("Too many points: use a step of 60s.") });
        using var posted = await PostAsync(host, new { kind = "performance", format = "csv" });

        var failed = await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Failed);
        using var file = await host.Client.GetAsync($"{Reports}/{failed.Id}/download", TestContext.Current.CancellationToken);

        Assert.Equal("Too many points: use a step of 60s.", failed.Error);
        Assert.Equal(HttpStatusCode.Conflict, file.StatusCode);
    }

    [Fact]
    public async Task Make_StoreIsAwayForAWhile_IsTriedAgain()
    {
        var queries = Series();
        queries.Failure = new HttpRequestException("away");
        await using var host = await StartAsync(queries);
        using var posted = await PostAsync(host, new { kind = "performance", format = "csv" });
        var location = posted.Headers.Location!.ToString();
        await host.EventuallyAsync<Report>(location, r => r.Error is not null);

        queries.Failure = null;

        await host.EventuallyAsync<Report>(location, r => r.Status == ReportStatus.Done, 60);
    }

    [Fact]
    public async Task Restart_ReportLeftByAKilledWorker_IsMade()
    {
        await using var database = await servers.DatabaseAsync();
        string id;
        await using (var first = await StartAsync(database: database, settings: ("Reports:SweepInterval", "01:00:00")))
        {
            // What a process killed in the middle leaves: a running row whose lease runs out, and no job.
            var now = TimeProvider.System.GetUtcNow();
            var contexts = first.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<ReportsDbContext>>();
            await using var context = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
            id = Guid.CreateVersion7(now).ToString("N");
            context.Reports.Add(new ReportRow
            {
                Id = id,
                Kind = ReportKind.Performance,
                Format = ReportFormat.Csv,
                Status = ReportStatus.Running,
                Progress = 45,
                Attempt = 1,
                From = now.AddHours(-1),
                To = now,
                Match = [],
                CreatedAt = now.AddMinutes(-5),
                LeaseUntil = now.AddSeconds(2),
            });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await using var second = await StartAsync(database: database);

        var done = await second.EventuallyAsync<Report>($"{Reports}/{id}", r => r.Status == ReportStatus.Done, 60);
        Assert.True(done.Size > 0);
    }

    [Fact]
    public async Task Retention_TooManyReports_OldestGo()
    {
        await using var host = await StartAsync(settings: ("Reports:MaxReports", "2"));
        for (var i = 0; i < 4; i++)
        {
            using var posted = await PostAsync(host, new { kind = "performance", format = "csv" });
            await host.EventuallyAsync<Page<Report>>($"{Reports}?limit=1", page => page.Items[0].Status == ReportStatus.Done);
        }

        var newest = (await host.GetAsync<Page<Report>>($"{Reports}?limit=1")).Items[0];
        var kept = await host.EventuallyAsync<Page<Report>>(Reports, page => page.Items.Count == 2);
        Assert.Equal(newest.Id, kept.Items[0].Id);
    }

    [Fact]
    public async Task List_Pages_NewestFirstWithoutOverlap()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++) (await PostAsync(host, new { kind = "performance", format = "csv" })).Dispose();

        var first = await host.GetAsync<Page<Report>>($"{Reports}?limit=2");
        var second = await host.GetAsync<Page<Report>>($"{Reports}?limit=2&cursor={first.NextCursor}");

        Assert.Equal((2, 1), (first.Items.Count, second.Items.Count));
        Assert.Null(second.NextCursor);
        Assert.Equal(first.Items.Concat(second.Items).Select(r => r.Id).OrderDescending(StringComparer.Ordinal), first.Items.Concat(second.Items).Select(r => r.Id));
    }

    [Fact]
    public async Task Schedule_RunByHangfire_MakesAReportAndCallsTheSignedWebhook()
    {
        await using var hook = await WebhookAsync();
        await using var host = await StartAsync();
        using var created = await host.Client.PostAsJsonAsync($"{Reports}/schedules", new
        {
            name = "weekly",
            cron = "0 7 * * 1",
            timeZone = "Europe/Berlin",
            report = new { kind = "performance", from = "now-7d", format = "csv" },
            recipients = new[] { new { kind = "webhook", url = hook.Address, secret = "s3cret" } },
        }, TestContext.Current.CancellationToken);
        var text = await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        var schedule = JsonSerializer.Deserialize<ReportSchedule>(text, PerfPlatformJson.Options)!;
        Assert.True(schedule.NextRunAt > TimeProvider.System.GetUtcNow());

        // Hangfire itself runs the recurring job, only sooner than Monday.
        new Hangfire.RecurringJobManager(host.Services.GetRequiredService<Hangfire.JobStorage>()).TriggerJob("report:" + schedule.Id);

        var (body, signature) = await hook.Received.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var time = signature.Split(',')[0][2..];
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8.ToArray(), Encoding.UTF8.GetBytes(time + "." + body)));
        Assert.Equal($"t={time},v1={expected}", signature);
        var message = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal("report.done", message.GetProperty("event").GetString());
        using var file = await host.Client.GetAsync(message.GetProperty("download").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        var after = await host.GetAsync<ReportSchedule>($"{Reports}/schedules/{schedule.Id}");
        Assert.Equal(message.GetProperty("report").GetProperty("id").GetString(), after.LastReportId);
        Assert.Null(after.LastError);
    }

    [Fact]
    public async Task Dashboard_OnlyAdministrators_SeeIt()
    {
        await using var host = await StartAsync();
        using var posted = await PostAsync(host, new { kind = "performance", format = "csv" });
        await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Done);

        using var nobody = await host.Anonymous().GetAsync("/hangfire", TestContext.Current.CancellationToken);
        using var writer = await host.WithScopes(Scopes.Read, Scopes.Write).GetAsync("/hangfire", TestContext.Current.CancellationToken);
        using var admin = await host.WithScopes(Scopes.Admin).GetAsync("/hangfire", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK), (nobody.StatusCode, writer.StatusCode, admin.StatusCode));
        Assert.Contains("PerfPlatform jobs", await admin.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseAway_StartsDegradedAndMakesReportsOnceItIsThere()
    {
        await using var postgres = new PostgresFixture();
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await postgres.StopAsync(TestContext.Current.CancellationToken);
        await using var host = await StartAsync(database: database, waitForWorkers: false);

        using var health = await host.Anonymous().GetAsync("/health", TestContext.Current.CancellationToken);
        using var refused = await PostAsync(host, new { kind = "performance", format = "csv" });
        await postgres.ResumeAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Degraded", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await host.EventuallyAsync<Page<Report>>(Reports, _ => true, 60);
        using var posted = await PostAsync(host, new { kind = "performance", format = "csv" });
        await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Done, 60);
    }

    private static Task<HttpResponseMessage> PostAsync(ModuleHost host, object request) => host.Client.PostAsJsonAsync(Reports, request, TestContext.Current.CancellationToken);

    private static FixedMetricQueries Series()
    {
        var start = TimeProvider.System.GetUtcNow();
        var web = LabelSet.Of(("host.name", "web-1"));
        return new FixedMetricQueries()
            .Add("system.cpu.utilization", web, "1", _ => 0.97)
            .Add("system.cpu.load_average.1m", web, "{thread}", _ => 6)
            .Add("system.cpu.logical.count", web, "{cpu}", _ => 2)
            .Add("system.memory.utilization", web, "1", time => 0.5 + (0.1 * (time - start).TotalHours))
            .Add("system.network.io", LabelSet.Of(("host.name", "web-1"), ("network.interface.name", "eth0"), ("network.io.direction", "receive")), "By", _ => 1000, MetricKind.Counter)
            .Add("system.network.io", LabelSet.Of(("host.name", "web-1"), ("network.interface.name", "eth1"), ("network.io.direction", "receive")), "By", _ => 500, MetricKind.Counter);
    }

    private async Task<ModuleHost> StartAsync(FixedMetricQueries? queries = null, TestDatabase? database = null, bool waitForWorkers = true, params (string, string)[] settings)
    {
        var connection = (database ?? await servers.DatabaseAsync()).ConnectionString;
        var host = await ModuleHost.StartAsync(
            connection, (await servers.RedisAsync()).CreateDatabase(),
            builder =>
            {
                builder.Services.AddSingleton<IMetricQueries>(queries ?? Series());
                builder.Services.AddSingleton<IAlertCatalog, OneAlert>();
                builder.AddFindings();
                builder.AddComponentHealth();
                builder.AddReports();
            },
            app => app.MapReports(),
            [("Reports:SweepInterval", "00:00:01"), ("Reports:Lease", "00:00:05"), ("Analysis:Health:SelfInterval", "00:00:01"), .. settings]);
        var state = host.Services.GetRequiredService<JobServerState>();
        if (waitForWorkers) await Wait.ForAsync("the workers run", () => state.IsRunning);
        return host;
    }

    private static async Task<Webhook> WebhookAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        var hook = new Webhook(app);
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            hook.Received.TrySetResult((await reader.ReadToEndAsync(), request.Headers["X-PerfPlatform-Signature"].ToString()));
        });
        await app.StartAsync();
        return hook;
    }

    private sealed class Webhook(WebApplication app) : IAsyncDisposable
    {
        public TaskCompletionSource<(string Body, string Signature)> Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Uri Address => new(new Uri(app.Urls.Single()), "/hook");

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed class OneAlert : IAlertCatalog
    {
        public Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken) =>
            Task.FromResult(new AlertPage(
                [
                    new Alert
                    {
                        Id = "1", Fingerprint = default, RuleId = "r", Name = "High CPU", State = AlertState.Firing, Severity = Severity.Warning,
                        Labels = LabelSet.Of(("host.name", "web-1")), Annotations = new Dictionary<string, string> { ["summary"] = "CPU > 90 %" }, FiringSince = query.From,
                    },
                ],
                null,
                new AlertCounts(0, 1, 0)));
    }
}
