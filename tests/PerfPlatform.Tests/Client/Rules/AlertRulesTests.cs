using System.Net;
using PerfPlatform.Client.Metrics;
using PerfPlatform.Client.Rules;
using Xunit;

namespace PerfPlatform.Tests.Client.Rules;

/// <summary>Thresholds as rules of the platform.</summary>
public sealed class AlertRulesTests : IDisposable
{
    private readonly RulesServer _server = new();
    private readonly HttpClient _http;
    private readonly AlertRules _rules;
    private readonly CustomPerformanceMetric _metric = new("queue.size", () => 1, threshold: 80) { Labels = new Dictionary<string, string> { ["component"] = "ocr" } };

    public AlertRulesTests()
    {
        _http = new HttpClient(_server) { BaseAddress = new Uri("http://platform/base/") };
        _rules = new AlertRules(_http, "shop");
    }

    [Fact]
    public async Task PublishAsync_NewMetric_MakesARule()
    {
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        var rule = Assert.Single(_server.Rules);
        Assert.Equal("shop: queue.size (component=ocr)", (string?)rule["name"]);
        Assert.Equal(("queue.size", ">", 80.0, "threshold", true), ((string?)rule["metric"], (string?)rule["condition"], (double)rule["threshold"]!, (string?)rule["kind"], (bool)rule["enabled"]!));
        Assert.Equal(["service.name=shop", "component=ocr"], rule["match"]!.AsArray().Select(match => (string?)match));
        Assert.All(_server.Calls, call => Assert.Contains(" /base/api/v1/alerts/rules", call));
    }

    [Fact]
    public async Task PublishAsync_Again_ChangesTheSameRuleAndKeepsWhatPeopleSet()
    {
        for (var i = 0; i < 5; i++)
            await _rules.PublishAsync(new CustomPerformanceMetric($"other{i}", () => 1, 1), TestContext.Current.CancellationToken);
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        var made = _server.Rules[^1];
        made["severity"] = "critical";
        made["for"] = "5m";
        made["resolveThreshold"] = 70;
        _metric.SetAlertThreshold(60);
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        Assert.Equal(6, _server.Rules.Count);
        var rule = _server.Rules[^1];
        Assert.Equal((60.0, "critical", "5m"), ((double)rule["threshold"]!, (string?)rule["severity"], (string?)rule["for"]));
        Assert.False(rule.ContainsKey("resolveThreshold"));
    }

    [Fact]
    public async Task PublishAsync_SameThreshold_KeepsTheResolveThreshold()
    {
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        _server.Rules[0]["resolveThreshold"] = 70;
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        Assert.Equal(70, (int)_server.Rules[0]["resolveThreshold"]!);
    }

    [Fact]
    public async Task PublishAsync_WithoutThreshold_SwitchesTheRuleOff()
    {
        await _rules.PublishAsync(new CustomPerformanceMetric("none", () => 1), TestContext.Current.CancellationToken);
        Assert.Empty(_server.Rules);
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        _metric.ClearAlertThreshold();
        await _rules.PublishAsync(_metric, TestContext.Current.CancellationToken);
        Assert.False((bool)Assert.Single(_server.Rules)["enabled"]!);
    }

    [Fact]
    public async Task PublishAsync_Forbidden_SaysWhatThePlatformSays()
    {
        _server.Fails = HttpStatusCode.Forbidden;
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _rules.PublishAsync(_metric, TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Contains("The key needs the scope write.", error.Message);
    }

    [Fact]
    public async Task Synchronisation_PlatformAwayAndBack_PublishesTheLastThreshold()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        _server.Fails = HttpStatusCode.ServiceUnavailable;
        await using var synchronisation = new RuleSynchronisation(_rules, clock);
        synchronisation.Add(_metric);
        await UntilAsync(() => synchronisation.LastError is not null);
        _metric.SetAlertThreshold(55);
        synchronisation.Add(_metric);
        _server.Fails = null;
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return synchronisation.LastError is null && _server.Rules is [var rule] && (double)rule["threshold"]! == 55;
        });
    }

    public void Dispose() => _http.Dispose();

    private static async Task UntilAsync(Func<bool> reached)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "not reached in 20 s");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
