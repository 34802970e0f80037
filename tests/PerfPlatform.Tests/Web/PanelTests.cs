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

    private static Alert Alert(string summary, Severity severity, string recommendation) => new()
    {
        Id = summary,
        Fingerprint = Fingerprint.Of(MetricName.Parse("m"), LabelSet.Of(("n", summary))),
        RuleId = "r",
        Name = summary,
        State = AlertState.Firing,
        Severity = severity,
        Labels = LabelSet.Of(("host.name", "web-1")),
        Annotations = new Dictionary<string, string> { ["summary"] = summary, ["recommendation"] = recommendation },
        FiringSince = DateTimeOffset.UnixEpoch,
    };

    private sealed class Source : IAlertCatalog, IComponentHealth
    {
        public IReadOnlyList<Alert> Alerts { get; set; } = [];

        public IReadOnlyList<Component> Components { get; set; } = [];

        public Exception? Fault { get; set; }

        public Task<Page<Alert>> AlertsAsync(AlertState? state, DateTimeOffset? from, DateTimeOffset? to, int limit, string? cursor, CancellationToken cancellationToken) =>
            Fault is { } fault ? Task.FromException<Page<Alert>>(fault) : Task.FromResult(new Page<Alert>([.. Alerts.Where(a => state is null || a.State == state)], null));

        public Task<HealthSummary> SummaryAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new HealthSummary(ComponentStatus.Degraded, new ComponentCounts(1, 1, 1, 1), []));

        public Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) => Task.FromResult(Components);
    }
}
