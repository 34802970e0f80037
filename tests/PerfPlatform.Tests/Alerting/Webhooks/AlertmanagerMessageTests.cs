using System.Text.Json;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Webhooks;

/// <summary>Alertmanager's webhook, version 4, as its own receivers read it.</summary>
public sealed class AlertmanagerMessageTests
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void Of_Firing_IsWrittenAsAlertmanagerDoes()
    {
        var message = Written(Alert());
        Assert.Equal("""{}/{ruleId="r1"}:{alertname="High \"load\"\n"}""", message.GetProperty("groupKey").GetString());
        Assert.Equal("on call", message.GetProperty("receiver").GetString());
        Assert.Equal("https://watch.example.org/perf", message.GetProperty("externalURL").GetString());
        var alert = message.GetProperty("alerts")[0];
        Assert.Equal("firing", alert.GetProperty("status").GetString());
        Assert.Equal("2026-05-01T10:00:00Z", alert.GetProperty("startsAt").GetString());
        Assert.Equal("0001-01-01T00:00:00Z", alert.GetProperty("endsAt").GetString());
        Assert.Equal("https://watch.example.org/perf/explore?metric=a", alert.GetProperty("generatorURL").GetString());
    }

    [Fact]
    public void Of_Resolved_HasItsEndAndAnAbsoluteAddress()
    {
        var alert = Written(Alert() with { State = AlertState.Resolved, ResolvedAt = s_start.AddMinutes(1), Links = new Dictionary<string, string>() }).GetProperty("alerts")[0];
        Assert.Equal("2026-05-01T10:01:00Z", alert.GetProperty("endsAt").GetString());
        Assert.Equal("https://watch.example.org/perf/", alert.GetProperty("generatorURL").GetString());
    }

    // As strconv.Quote of Go 1.22 writes them.
    [Theory]
    [InlineData("plain text", "\"plain text\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\0\u001b\u007f", "\"\\x00\\x1b\\x7f\"")]
    [InlineData("größe 日本 \U0001F600", "\"größe 日本 \U0001F600\"")]
    [InlineData("\u00a0\u202e\u2028\ue000", "\"\\u00a0\\u202e\\u2028\\ue000\"")]
    [InlineData("\U000E0001", "\"\\U000e0001\"")]
    public void Quote_Text_IsGos(string text, string expected) => Assert.Equal(expected, GoText.Quote(text));

    private static JsonElement Written(Alert alert) => JsonSerializer.SerializeToElement(
        AlertmanagerMessage.Of(new AlertGroup("r1", "High \"load\"\n"), "on call", [alert], 0, new Uri("https://watch.example.org/perf/")), PerfPlatformJson.Options);

    private static Alert Alert() => new()
    {
        Id = "1",
        Fingerprint = default,
        RuleId = "r1",
        Name = "High \"load\"\n",
        State = AlertState.Firing,
        Severity = Severity.Warning,
        Labels = LabelSet.Empty,
        Annotations = new Dictionary<string, string>(),
        FiringSince = s_start,
        Links = new Dictionary<string, string> { ["chart"] = "/explore?metric=a" },
    };
}
