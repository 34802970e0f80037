using System.Text.Json.Nodes;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Components.Panels;
using PerfPlatform.Web.Metrics;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>Editing of alert rules through the public API.</summary>
public sealed class RulesPanelTests : BunitContext
{
    private const string Rule = """{"id":"r1","version":3,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","name":"High memory","metric":"m","threshold":0.8,"resolveThreshold":0.75,"severity":"warning","enabled":true,"unknownToThePage":[1,2]}""";
    private readonly BunitAuthorizationContext _user;
    private JsonObject? _put;

    public RulesPanelTests()
    {
        Services.AddScoped<ApiClient>();
        Services.AddSingleton(new MetricUnits(new KnownUnits()));
        _user = AddAuthorization().SetAuthorized("edith").SetPolicies("scope:read", "scope:write");
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => (string)call.Arguments[0]! == "GET")
            .SetResult(new ApiClient.Raw(200, $$"""{"items":[{{Rule}}],"nextCursor":null}""", null));
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => IsPut(call.Arguments)).SetResult(new ApiClient.Raw(200, Rule, null));
    }

    [Fact]
    public void Threshold_OfAMetricWithAUnit_IsShownInItToo()
    {
        Services.AddSingleton(new MetricUnits(new KnownUnits(("m", "s"))));
        var panel = Render<RulesPanel>();
        panel.WaitForAssertion(() => Assert.Equal(("0.8", "seconds"), (panel.Find("pp-value").GetAttribute("value"), panel.Find("pp-value").GetAttribute("format"))));
    }

    [Fact]
    public void Threshold_Changed_KeepsTheDistanceOfTheResolveThresholdAndTheRest()
    {
        var panel = Render<RulesPanel>();
        panel.WaitForElement("input[type=number]").Change("0.5");
        panel.WaitForAssertion(() => Assert.NotNull(_put));
        Assert.Equal(0.5, _put!["threshold"]!.GetValue<double>());
        Assert.Equal(0.45, _put["resolveThreshold"]!.GetValue<double>());
        Assert.Equal("[1,2]", _put["unknownToThePage"]!.ToJsonString());
        // What only the server sets stays with it.
        Assert.False(_put.ContainsKey("id") || _put.ContainsKey("version") || _put.ContainsKey("createdAt") || _put.ContainsKey("updatedAt"));
        panel.WaitForAssertion(() => Assert.Equal("saved", panel.Find("[role=status]").TextContent));
    }

    [Fact]
    public void Threshold_EmptiedThenSwitchedOff_IsRefusedAndTheFieldShowsWhatIsKept()
    {
        var panel = Render<RulesPanel>();
        panel.WaitForElement("input[type=number]").Change("");
        panel.WaitForAssertion(() => Assert.Equal("A threshold is needed: not changed.", panel.Find("[role=alert]").TextContent));
        Assert.Null(_put);
        panel.Find("input[type=checkbox]").Change(false);
        panel.WaitForAssertion(() => Assert.NotNull(_put));
        Assert.Equal(0.8, _put!["threshold"]!.GetValue<double>());
        panel.WaitForAssertion(() => Assert.Equal("0.8", panel.Find("input[type=number]").GetAttribute("value")));
    }

    [Fact]
    public void Save_Refused_IsSaidInTheRowAndTheBoxShowsWhatIsKept()
    {
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => (string)call.Arguments[0]! == "PUT").SetResult(new ApiClient.Raw(400, "", "'for' must be at most 1d."));
        var panel = Render<RulesPanel>();
        panel.WaitForElement("input[type=checkbox]").Change(false);
        panel.WaitForAssertion(() => Assert.Equal("'for' must be at most 1d.", panel.Find("tbody [role=alert]").TextContent));
        Assert.True(panel.Find("input[type=checkbox]").HasAttribute("checked"));
        Assert.Empty(panel.FindAll("[role=status]"));
    }

    [Fact]
    public void Rules_AsAViewer_AreTextAlone()
    {
        _user.SetPolicies("scope:read");
        var panel = Render<RulesPanel>();
        panel.WaitForElement("tbody tr");
        Assert.Empty(panel.FindAll("input, button"));
        var cells = panel.Find("tbody tr").Children.Select(c => c.TextContent.Trim()).ToArray();
        Assert.Equal(("on", "0.8"), (cells[0], cells[4]));
    }

    [Fact]
    public void Rules_MoreThanOnePart_SaysSoAndShowsMore()
    {
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[1] is "/api/v1/alerts/rules?limit=200")
            .SetResult(new ApiClient.Raw(200, $$"""{"items":[{{Rule}}],"nextCursor":"a b"}""", null));
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[1] is "/api/v1/alerts/rules?limit=200&cursor=a%20b")
            .SetResult(new ApiClient.Raw(200, $$"""{"items":[{{Rule.Replace("r1", "r2", StringComparison.Ordinal)}}],"nextCursor":null}""", null));
        var panel = Render<RulesPanel>();
        panel.WaitForAssertion(() => Assert.Contains("The first 1 are shown.", panel.Markup, StringComparison.Ordinal));
        panel.Find("button").Click();
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll("tbody tr").Count));
        Assert.DoesNotContain("are shown", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Enabled_SwitchedOff_IsSent()
    {
        var panel = Render<RulesPanel>();
        panel.WaitForElement("input[type=checkbox]").Change(false);
        panel.WaitForAssertion(() => Assert.False(_put!["enabled"]!.GetValue<bool>()));
    }

    [Fact]
    public void Threshold_NotANumber_IsSaidAndNotSent()
    {
        var panel = Render<RulesPanel>();
        panel.WaitForElement("input[type=number]").Change("a lot");
        panel.WaitForAssertion(() => Assert.Contains("'a lot' is not a number", panel.Markup, StringComparison.Ordinal));
        Assert.Null(_put);
    }

    private bool IsPut(IReadOnlyList<object?> arguments)
    {
        if ((string)arguments[0]! != "PUT" || (string)arguments[1]! != "/api/v1/alerts/rules/r1") return false;
        _put = JsonNode.Parse((string)arguments[2]!)!.AsObject();
        return true;
    }
}
