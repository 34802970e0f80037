using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Web.Components.Panels;
using PerfPlatform.Web.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>All hosts, those that send first; a silent one says so within seconds.</summary>
public sealed class HostsTests : BunitContext
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_silentAfter = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new(s_start);
    private readonly Store _store;

    public HostsTests()
    {
        _store = new Store(_time);
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton(new HostDirectory(_store));
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void Hosts_SeventyOneOfWhichTwentyAreSilent_AreCountedAndLiveOnesComeFirst()
    {
        for (var i = 0; i < 71; i++) _store.Seen[$"host-{i:00}"] = i < 20 ? s_start.AddHours(-1) : s_start;
        var panel = Render<HostsPanel>();
        Assert.Equal("71, 20 silent", panel.Find("h1 small").TextContent);
        var rows = panel.FindAll("tbody th a").Select(a => a.TextContent).ToList();
        Assert.Equal("host-20", rows[0]);
        Assert.Equal(50, rows.Count);
        Assert.Contains("1 to 50 of 71", panel.Find(".pages").TextContent, StringComparison.Ordinal);
        var second = Render<HostsPanel>(p => p.Add(c => c.Page, "2"));
        Assert.Equal("host-19", second.FindAll("tbody th a")[^1].TextContent);
        Assert.Equal(21, second.FindAll("tbody tr").Count);
    }

    [Fact]
    public void Hosts_OneFallsSilentAndOneIsNew_ShowWithinTwoQuestions()
    {
        _store.Seen["web-1"] = s_start;
        var panel = Render<HostsPanel>();
        Assert.Single(panel.FindAll("a.status.healthy"));
        _store.Seen["web-2"] = s_start.AddSeconds(45);
        _time.Advance(TimeSpan.FromSeconds(45));
        panel.WaitForAssertion(() => Assert.Equal("web-2", panel.Find("a.status.healthy").TextContent));
        Assert.Equal("web-1", panel.Find("a.status.unknown").TextContent);
        Assert.Contains("silent", panel.Find("tbody tr:last-child th").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_SearchAsItIsTyped_KeepsOnlyWhatMatches()
    {
        _store.Seen["web-1"] = _store.Seen["db-1"] = s_start;
        var panel = Render<HostsPanel>();
        panel.Find("input[name=q]").Input("DB");
        Assert.Equal("db-1", Assert.Single(panel.FindAll("tbody th a")).TextContent);
        panel.Find("input[name=q]").Input("nobody");
        Assert.Contains("No host's name contains that.", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_BySignal_LargestFirstAndSilentOnesLast()
    {
        HostEntry[] hosts = [Host("a", 0.2), Host("b", 0.9), Host("gone", 1) with { LastSeen = s_start.AddMinutes(-9), IsSilent = true }, Host("unknown")];
        Assert.Equal(["b", "a", "unknown", "gone"], HostSort.Of(hosts, null, HostColumn.Cpu).Select(h => h.Name));
        Assert.Equal(["gone", "a", "b", "unknown"], HostSort.Of(hosts, "", HostColumn.Seen).Select(h => h.Name));
        Assert.Equal(["a", "b", "unknown", "gone"], HostSort.Of(hosts, null, HostColumn.Name).Select(h => h.Name));
    }

    [Fact]
    public void SendingLines_AddressAndKey_AreInEveryWay() => Assert.All(SendingLines.Of("https://mon.example.com", "pp_k"), way =>
    {
        Assert.Contains("https://mon.example.com", way.Lines, StringComparison.Ordinal);
        Assert.Contains("pp_k", way.Lines, StringComparison.Ordinal);
    });

    private static HostEntry Host(string name, double? cpu = null) => new(name, s_start, HostCollector.Agent.Name)
    {
        Readings = cpu is { } value ? new Dictionary<HostSignal, double> { [HostSignal.Cpu] = value } : [],
    };

    private sealed class Store(TimeProvider time) : IHosts
    {
        public Dictionary<string, DateTimeOffset> Seen { get; } = [];

        public Task<IReadOnlyList<HostState>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HostState>>([.. Seen.Select(h =>
                new HostState(h.Key, HostCollector.Agent.Name, h.Value, s_silentAfter, time.GetUtcNow() - h.Value > s_silentAfter, new Dictionary<HostSignal, double>()))]);
    }
}
