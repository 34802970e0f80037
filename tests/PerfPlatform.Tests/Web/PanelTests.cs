using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Web.Components.Panels;
using PerfPlatform.Web.Metrics;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>The parts of a page that ask again by themselves.</summary>
public sealed class PanelTests : BunitContext
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Source _source = new();

    public PanelTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton<IAlertCatalog>(_source);
        Services.AddSingleton<IComponentHealth>(_source);
        Services.AddSingleton<IMetricQueries>(new KnownUnits(("system.memory.utilization", "1"), ("disk.read", "By"), ("queue.size", "{item}")));
        Services.AddSingleton<MetricUnits>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void Alerts_Firing_AreShownWithTheirRecommendationMostSevereFirst()
    {
        _source.Alerts = [Alert("Disk filling", Severity.Warning, "Delete old logs"), Alert("High memory usage (> 80 %)", Severity.Critical, "Add 4 GiB")];
        var panel = Render<AlertsPanel>();
        var lines = panel.FindAll("li.alert");
        Assert.Equal(2, lines.Count);
        Assert.Contains("High memory usage", lines[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Recommendation: Add 4 GiB", lines[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("critical", lines[0].QuerySelector(".severity")!.TextContent);
    }

    [Fact]
    public void Alerts_OfAHostBehindManyOfOthers_AreShownThere()
    {
        // Neither the newest of all hosts nor the worst of all hosts hold both of its alerts.
        _source.Alerts = [.. Enumerable.Range(0, 76).Select(i => Alert($"Disk {i}", Severity.Warning, "x", "web-1")), Alert("Down", Severity.Critical, "x", "db-1"), Alert("Slow", Severity.Info, "x", "db-1")];
        Assert.Equal(["Down", "Slow"], Render<AlertsPanel>(p => p.Add(c => c.Host, "db-1")).FindAll("li.alert").Select(l => l.QuerySelector("strong")!.TextContent));
        var all = Render<AlertsPanel>();
        Assert.Contains("Down", all.Find("li.alert").TextContent, StringComparison.Ordinal);
        Assert.Equal(["1 critical", "76 warning", "1 info"], all.FindAll(".totals .severity").Select(e => e.TextContent));
        Assert.Contains("The worst 20 of 78.", all.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_OfAnotherHost_AreLeftOut()
    {
        _source.Alerts = [Alert("On web-1", Severity.Warning, "x")];
        var panel = Render<AlertsPanel>(p => p.Add(c => c.Host, "web-2"));
        Assert.Empty(panel.FindAll("li.alert"));
        Assert.Contains("Nothing fires.", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_ThatBeginToFire_AppearWithinTheInterval()
    {
        var panel = Render<AlertsPanel>();
        Assert.Empty(panel.FindAll("li.alert"));
        _source.Alerts = [Alert("High memory", Severity.Warning, "x")];
        _time.Advance(TimeSpan.FromSeconds(2));
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("li.alert")));
    }

    [Fact]
    public void Alerts_ServiceIsAway_SaysSoAndKeepsWhatItKnew()
    {
        _source.Alerts = [Alert("High memory", Severity.Warning, "x")];
        var panel = Render<AlertsPanel>();
        _source.Fault = new HttpRequestException("connection refused at 10.0.0.7");
        _time.Advance(TimeSpan.FromSeconds(2));
        panel.WaitForAssertion(() => Assert.Contains("No answer now", panel.Markup, StringComparison.Ordinal));
        Assert.Single(panel.FindAll("li.alert"));
        Assert.DoesNotContain("10.0.0.7", panel.Markup, StringComparison.Ordinal);
        _source.Fault = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        panel.WaitForAssertion(() => Assert.DoesNotContain("No answer now", panel.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_ServiceIsAwayWhileNothingFired_ClaimsNothingOfNowAndSaysSinceWhen()
    {
        var panel = Render<AlertsPanel>();
        Assert.Equal("Nothing fires.", panel.Find(".claim").TextContent);
        var answered = panel.Find("pp-fresh").GetAttribute("at");
        Assert.Equal(_time.GetUtcNow(), DateTimeOffset.Parse(answered!, System.Globalization.CultureInfo.InvariantCulture));
        _source.Fault = new HttpRequestException("away");
        _time.Advance(TimeSpan.FromSeconds(2));
        panel.WaitForAssertion(() => Assert.Equal("Nothing fired when it was asked last.", panel.Find(".claim").TextContent));
        Assert.Equal(answered, panel.Find("pp-fresh").GetAttribute("at"));
    }

    [Theory]
    [InlineData("system.memory.utilization", null, "avg", null, "percent")]
    [InlineData("disk.read", "rate", "avg", null, "byterate")]
    [InlineData("queue.size", null, "count", null, "count")]
    [InlineData("disk.read", null, "timeTo", null, "seconds")]
    [InlineData("queue.size", null, "avg", "queue.size", "percent")]
    [InlineData("nobody.knows", null, "avg", null, "number")]
    public void Alerts_ValueAndThreshold_AreInTheUnitOfWhatIsMeasured(string metric, string? fn, string agg, string? divideBy, string format)
    {
        _source.Alerts = [Alert("x", Severity.Warning, "x") with { Value = 0.969, Threshold = 0.9, Measure = new AlertMeasure("threshold", metric, fn, agg, divideBy) }];
        var panel = Render<AlertsPanel>();
        panel.WaitForAssertion(() => Assert.All(panel.FindAll("pp-value"), v => Assert.Equal(format, v.GetAttribute("format"))));
        Assert.Equal(["0.969", "0.9"], panel.FindAll("pp-value").Select(v => v.GetAttribute("value")));
        Assert.Contains("above", panel.Find(".value").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_OfAnAbsentSeries_ShowNoValue()
    {
        _source.Alerts = [Alert("x", Severity.Warning, "x") with { Measure = new AlertMeasure("absent", "system.memory.utilization") }];
        Assert.Empty(Render<AlertsPanel>().FindAll("pp-value"));
    }

    [Fact]
    public void Health_EveryStatus_IsSaidInWordsToo()
    {
        _source.Components = [.. Enum.GetValues<ComponentStatus>().Select(Component)];
        var panel = Render<HealthPanel>();
        foreach (var status in Enum.GetValues<ComponentStatus>())
        {
            var word = status.ToString().ToLowerInvariant();
            Assert.Equal(word, panel.Find($"a[href='/components#{word}'] small").TextContent);
        }
    }

    private static Component Component(ComponentStatus status) => new()
    {
        Name = status.ToString().ToLowerInvariant(),
        Status = status,
        Since = DateTimeOffset.UnixEpoch,
        DependsOn = [],
        Probe = new Probe { Kind = ProbeKind.Heartbeat },
    };

    private static Alert Alert(string summary, Severity severity, string recommendation, string host = "web-1") => new()
    {
        Id = summary,
        Fingerprint = Fingerprint.Of(MetricName.Parse("m"), LabelSet.Of(("n", summary))),
        RuleId = "r",
        Name = summary,
        State = AlertState.Firing,
        Severity = severity,
        Labels = LabelSet.Of(("host.name", host)),
        Annotations = new Dictionary<string, string> { ["summary"] = summary, ["recommendation"] = recommendation },
        FiringSince = DateTimeOffset.UnixEpoch,
    };

    private sealed class Source : IAlertCatalog, IComponentHealth
    {
        public IReadOnlyList<Alert> Alerts { get; set; } = [];

        public IReadOnlyList<Component> Components { get; set; } = [];

        public Exception? Fault { get; set; }

        // As the catalogue does: filtered and ordered before the page is cut.
        public Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken)
        {
            if (Fault is { } fault) return Task.FromException<AlertPage>(fault);
            var found = Alerts.Where(a => query.States.Count == 0 || query.States.Contains(a.State)).Where(a => query.Match.All(m => m.Matches(a.Labels))).ToList();
            if (query.Order == AlertOrder.Worst) found = [.. found.OrderByDescending(a => a.Severity)];
            int Of(Severity severity) => found.Count(a => a.Severity == severity);
            return Task.FromResult(new AlertPage([.. found.Take(query.Limit)], null, new AlertCounts(Of(Severity.Critical), Of(Severity.Warning), Of(Severity.Info))));
        }

        public Task<HealthSummary> SummaryAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new HealthSummary(ComponentStatus.Degraded, new ComponentCounts(1, 1, 1, 1), []));

        public Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) => Task.FromResult(Components);
    }
}
