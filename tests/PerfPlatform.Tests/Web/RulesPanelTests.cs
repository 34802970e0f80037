using System.Text.Json.Nodes;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Components.Panels;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>Editing of alert rules through the public API.</summary>
public sealed class RulesPanelTests : BunitContext
{
    private const string Rule = """{"id":"r1","name":"High memory","metric":"m","threshold":0.8,"resolveThreshold":0.75,"severity":"warning","enabled":true,"unknownToThePage":[1,2]}""";
    private JsonObject? _put;

    public RulesPanelTests()
    {
        Services.AddScoped<ApiClient>();
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => (string)call.Arguments[0]! == "GET")
            .SetResult(new ApiClient.Raw(200, $$"""{"items":[{{Rule}}],"nextCursor":null}""", null));
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => IsPut(call.Arguments)).SetResult(new ApiClient.Raw(200, Rule, null));
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
        panel.WaitForAssertion(() => Assert.Equal("saved", panel.Find("[role=status]").TextContent));
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
        panel.WaitForAssertion(() => Assert.Contains("'a lot' is not a number.", panel.Markup, StringComparison.Ordinal));
        Assert.Null(_put);
    }

    private bool IsPut(IReadOnlyList<object?> arguments)
    {
        if ((string)arguments[0]! != "PUT" || (string)arguments[1]! != "/api/v1/alerts/rules/r1") return false;
        _put = JsonNode.Parse((string)arguments[2]!)!.AsObject();
        return true;
    }
}
