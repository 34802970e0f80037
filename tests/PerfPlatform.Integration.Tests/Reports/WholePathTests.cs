using System.Net;
using System.Net.Http.Json;
using PerfPlatform.Alerting;
using PerfPlatform.Analysis;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Ingestion;
using PerfPlatform.Integration.Tests.Analysis;
using PerfPlatform.Reports;
using PerfPlatform.Reports.Content;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Integration.Tests.Reports;

/// <summary>From samples at the intake, through the real store, to findings and a report.</summary>
public sealed class WholePathTests(ServersFixture servers)
{
    [Fact]
    public async Task Samples_OfABusyHost_BecomeFindingsAndAReport()
    {
        await using var database = await servers.DatabaseAsync();
        await using var host = await ModuleHost.StartAsync(
            database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(),
            builder =>
            {
                builder.AddAnalysis();
                builder.AddIngestion();
                builder.AddAlerting();
                builder.AddReports();
                builder.AddMessaging(
                    AnalysisModule.AddAnalysisConsumers, IngestionModule.AddIngestionConsumers, AlertingModule.AddAlertingConsumers, ReportsModule.AddReportsConsumers);
            },
            app =>
            {
                app.MapAnalysis();
                app.MapIngestion();
                app.MapAlerting();
                app.MapReports();
            },
            ("Reports:SweepInterval", "00:00:01"));
        await SendAsync(host);

        var bottlenecks = await host.EventuallyAsync<Page<Finding>>("/api/v1/analysis/bottlenecks", page => page.Items.Count > 0, 60);
        var trends = await host.GetAsync<Page<Finding>>("/api/v1/analysis/trends?metric=system.memory.utilization&from=now-10m");
        using var posted = await host.Client.PostAsJsonAsync("/api/v1/reports", new { kind = "performance", from = "now-10m", format = "json" }, TestContext.Current.CancellationToken);
        var done = await host.EventuallyAsync<Report>(posted.Headers.Location!.ToString(), r => r.Status == ReportStatus.Done, 60);
        var report = await host.GetAsync<PerformanceReport>($"/api/v1/reports/{done.Id}/download");

        Assert.Equal(("busy-1", "cpu"), (bottlenecks.Items.Single().Subject["host"], bottlenecks.Items.Single().Subject["resource"]));
        Assert.Equal(1.2, trends.Items.Single().Evidence[0].Numbers["slopePerHour"], 6);
        Assert.StartsWith("Memory use of busy-1 rises by 120 points an hour", trends.Items.Single().Summary, StringComparison.Ordinal);
        var cpu = Assert.Single(report.Hosts).Metrics.Single(m => m.Title == "CPU");
        Assert.All([cpu.Average, cpu.P95, cpu.Maximum], value => Assert.Equal(0.98, value, 9));
        Assert.Equal(40, cpu.Values.Count(v => v is not null));
        Assert.Contains(report.Recommendations, r => r.Subject["because"] == "trend");
    }

    // 40 readings, six seconds apart; memory rises by 0.002 each, which is 1.2 an hour.
    private static async Task SendAsync(ModuleHost host)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 6000 * 6000;
        var labels = new Dictionary<string, string> { ["host.name"] = "busy-1" };
        var samples = Enumerable.Range(0, 40).SelectMany(i => new (string Metric, double Value)[]
        {
            ("system.cpu.utilization", 0.98), ("system.cpu.load_average.1m", 9), ("system.cpu.logical.count", 2), ("system.memory.utilization", 0.5 + (0.002 * i)),
        }.Select(s => new { metric = s.Metric, labels, time = now - ((40 - i) * 6000L), value = s.Value }));
        var body = samples.ToArray();
        // As any sender: until the store has started, or when it has no time for a moment, the answer is 503, and the samples are sent again.
        for (var attempt = 0; ; attempt++)
        {
            using var response = await host.Client.PostAsJsonAsync("/api/v1/samples", new { samples = body }, TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode) return;
            Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < 100, $"{response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
