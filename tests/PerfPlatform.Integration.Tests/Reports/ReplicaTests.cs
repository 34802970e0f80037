using System.Linq.Expressions;
using System.Net.Http.Json;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Findings.Answers;
using PerfPlatform.Analysis.Health;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Integration.Tests.Analysis;
using PerfPlatform.Reports;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.Reports.Schedules;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Reports;

/// <summary>Two replicas of Reports on one database; one that is killed is one that stands still, or a job that runs again.</summary>
public sealed class ReplicaTests(ServersFixture servers)
{
    private const string Reports = "/api/v1/reports";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_WhoseWorkerStandsStill_IsMadeByTheOtherAndStaysAsItIs()
    {
        await using var database = await servers.DatabaseAsync();
        var held = new TaskCompletionSource();
        var still = Series();
        still.Hold = held.Task;
        await using var one = await StartAsync(database, still, ("Reports:SweepInterval", "01:00:00"));
        using var posted = await one.Client.PostAsJsonAsync(Reports, new { kind = "performance", from = "now-1h", format = "csv" }, Cancel);
        var id = (await posted.Content.ReadFromJsonAsync<Report>(PerfPlatform.ServiceDefaults.PerfPlatformJson.Options, Cancel))!.Id;
        await Wait.ForAsync("the first is at it", () => still.Asked > 0);
        await using var two = await StartAsync(database, Series(), ("Reports:SweepInterval", "00:00:01"));

        var made = await two.EventuallyAsync<Report>($"{Reports}/{id}", r => r.Status == ReportStatus.Done, 60);
        var bytes = await one.Client.GetByteArrayAsync($"{Reports}/{id}/download", Cancel);
        Assert.Equal(bytes, await two.Client.GetByteArrayAsync($"{Reports}/{id}/download", Cancel));

        // The first goes on, finds that it is no more its own, and ends.
        held.SetResult();
        await NoJobIsLeftAsync(two);
        Assert.Equivalent(made, await one.GetAsync<Report>($"{Reports}/{id}"));
        Assert.Equal(bytes, await one.Client.GetByteArrayAsync($"{Reports}/{id}/download", Cancel));
    }

    [Fact]
    public async Task Schedule_WhoseRunIsRunAgain_MakesOneReport()
    {
        await using var database = await servers.DatabaseAsync();
        await using var host = await StartAsync(database, Series());
        var schedule = await ScheduleAsync(host);
        using var run = Run<ScheduleJob>(host, job => job.RunAsync(schedule, CancellationToken.None));
        using var next = Run<ScheduleJob>(host, job => job.RunAsync(schedule, CancellationToken.None));

        foreach (var one in new[] { run, run, next }) await one.Services.GetRequiredService<ScheduleJob>().RunAsync(schedule, Cancel);

        var reports = (await host.GetAsync<Page<Report>>(Reports)).Items;
        Assert.Equal(2, reports.Count);
        Assert.Equal(reports[0].Id, (await host.GetAsync<ReportSchedule>($"{Reports}/schedules/{schedule}")).LastReportId);
        foreach (var report in reports) await host.EventuallyAsync<Report>($"{Reports}/{report.Id}", r => r.Status == ReportStatus.Done);
    }

    [Fact]
    public async Task Report_WhoseProcessWasKilledBeforeItsDelivery_IsDelivered()
    {
        await using var database = await servers.DatabaseAsync();
        await using var recipient = await Recipient.StartAsync(failures: 0);
        await using var host = await StartAsync(database, Series(), ("Reports:SweepInterval", "01:00:00"));
        var schedule = await ScheduleAsync(host, recipient);
        var report = Made(schedule, attempt: 2);
        await using (var context = await host.Services.GetRequiredService<IDbContextFactory<ReportsDbContext>>().CreateDbContextAsync(Cancel))
        {
            context.Reports.Add(report);
            await context.SaveChangesAsync(Cancel);
        }

        // What the killed process has left: a report that is done, and its job, which Hangfire runs again.
        using (var other = Run<ReportJob>(host, job => job.RunAsync(report.Id, CancellationToken.None)))
        {
            other.Services.GetRequiredService<JobRun>().Note("untold", 1);
            await other.Services.GetRequiredService<ReportJob>().RunAsync(report.Id, Cancel);
        }

        using var run = Run<ReportJob>(host, job => job.RunAsync(report.Id, CancellationToken.None));
        run.Services.GetRequiredService<JobRun>().Note("untold", 2);
        await run.Services.GetRequiredService<ReportJob>().RunAsync(report.Id, Cancel);
        await run.Services.GetRequiredService<ReportJob>().RunAsync(report.Id, Cancel);

        await Wait.ForAsync("the delivery", () => recipient.Told > 0);
        await NoJobIsLeftAsync(host);
        Assert.Equal(1, recipient.Told);
    }

    [Fact]
    public async Task Delivery_OfWhichOneRecipientFails_IsToldToTheOthersOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using var good = await Recipient.StartAsync(failures: 0);
        await using var bad = await Recipient.StartAsync(failures: 1);
        await using var host = await StartAsync(database, Series());
        var schedule = await ScheduleAsync(host, good, bad);
        using var posted = await host.Client.PostAsJsonAsync(Reports, new { kind = "performance", from = "now-1h", format = "csv" }, Cancel);
        var report = await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Done);
        using var run = Run<IReportDelivery>(host, job => job.RunAsync(report.Id, schedule, CancellationToken.None));
        var delivery = run.Services.GetRequiredService<IReportDelivery>();

        await Assert.ThrowsAsync<HttpRequestException>(() => delivery.RunAsync(report.Id, schedule, Cancel));
        await delivery.RunAsync(report.Id, schedule, Cancel);

        Assert.Equal((1, 2), (good.Told, bad.Told));
        Assert.Null((await host.GetAsync<ReportSchedule>($"{Reports}/schedules/{schedule}")).LastError);
    }

    private static Task NoJobIsLeftAsync(ModuleHost host) => Wait.ForAsync("no job is left", () =>
    {
        var jobs = host.Services.GetRequiredService<JobStorage>().GetMonitoringApi().GetStatistics();
        return jobs.Enqueued + jobs.Processing == 0;
    });

    // A run of a job that no worker takes.
    private static JobRunScope Run<TJob>(ModuleHost host, Expression<Func<TJob, Task>> call)
    {
        var storage = host.Services.GetRequiredService<JobStorage>();
        var id = new BackgroundJobClient(storage).Schedule(call, TimeSpan.FromDays(1));
        var connection = storage.GetConnection();
        var data = connection.GetJobData(id);
        var scope = host.Services.CreateScope();
        scope.ServiceProvider.GetRequiredService<JobRun>().Begin(new JobActivatorContext(connection, new BackgroundJob(id, data.Job, data.CreatedAt), new JobCancellationToken(false)));
        return new JobRunScope(scope, connection);
    }

    private static async Task<string> ScheduleAsync(ModuleHost host, params Recipient[] recipients)
    {
        using var created = await host.Client.PostAsJsonAsync($"{Reports}/schedules", new
        {
            name = "weekly",
            cron = "0 7 * * 1",
            report = new { kind = "performance", from = "now-1h", format = "csv" },
            recipients = recipients.Select(r => new { kind = "webhook", url = r.Address }),
        }, Cancel);
        return (await created.Content.ReadFromJsonAsync<ReportSchedule>(PerfPlatform.ServiceDefaults.PerfPlatformJson.Options, Cancel))!.Id;
    }

    private static ReportRow Made(string schedule, int attempt)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new ReportRow
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Kind = ReportKind.Performance,
            Format = ReportFormat.Csv,
            Status = ReportStatus.Done,
            Attempt = attempt,
            From = now.AddHours(-1),
            To = now,
            Match = [],
            CreatedAt = now,
            FinishedAt = now,
            ScheduleId = schedule,
        };
    }

    private static FixedMetricQueries Series() => new FixedMetricQueries().Add("system.cpu.utilization", LabelSet.Of(("host.name", "web-1")), "1", _ => 0.97);

    private async Task<ModuleHost> StartAsync(TestDatabase database, FixedMetricQueries queries, params (string, string)[] settings)
    {
        var host = await ModuleHost.StartAsync(
            database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(),
            builder =>
            {
                builder.Services.AddSingleton<IMetricQueries>(queries);
                builder.Services.AddSingleton<IAlertCatalog, NoAlerts>();
                builder.AddFindings();
                builder.AddComponentHealth();
                builder.AddReports();
            },
            app => app.MapReports(),
            [("Reports:Lease", "00:00:05"), ("Analysis:Health:SelfInterval", "00:00:01"), .. settings]);
        var state = host.Services.GetRequiredService<JobServerState>();
        await Wait.ForAsync("the workers run", () => state.IsRunning);
        return host;
    }

    private sealed class JobRunScope(IServiceScope scope, IDisposable connection) : IDisposable
    {
        public IServiceProvider Services => scope.ServiceProvider;

        public void Dispose()
        {
            scope.Dispose();
            connection.Dispose();
        }
    }

    private sealed class NoAlerts : IAlertCatalog
    {
        public Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken) => Task.FromResult(new AlertPage([], null, new AlertCounts(0, 0, 0)));
    }
}
