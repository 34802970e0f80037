using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Components.Panels;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>The dead letters: nothing is said to be empty that was not asked, nothing done that was not said twice.</summary>
public sealed class DeadLettersPanelTests : BunitContext
{
    private static readonly object Letter = Of("abcdef0123456789", "perfplatform.samples.3", "A batch has at least 9 bytes.", 2, "SamplesIngested", 3, 1);
    private static readonly object Foreign = Of("b", "a\u202Eb", "r", 1, "AlertRulesChanged", null, null);

    private readonly FakeTimeProvider _time = new();
    private readonly Bunit.TestDoubles.BunitAuthorizationContext _user;

    public DeadLettersPanelTests()
    {
        Services.AddScoped<ApiClient>().AddSingleton<TimeProvider>(_time);
        _user = AddAuthorization().SetAuthorized("edith").SetPolicies("scope:read", "scope:write");
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void List_Letters_AreShownWithWhereTheyWereAndWhy()
    {
        Answer(new { items = new[] { Letter, Foreign }, nextCursor = (string?)null, total = 1500, lookedAt = 1000 });
        var panel = Render<DeadLettersPanel>();
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll("tbody tr").Count));
        var row = panel.FindAll("tbody tr")[0];
        Assert.Contains("2 times by now", row.Children[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("partition 3, one batch", row.Children[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("perfplatform.samples.3", row.Children[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("A batch has at least 9 bytes.", row.Children[2].TextContent);
        Assert.Equal("a\uFFFDb", panel.FindAll("tbody tr")[1].QuerySelector("code bdi")!.TextContent);
        Assert.Contains("There are 1,500: the oldest 1,000 can be seen", panel.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("No dead letters", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void List_Empty_SaysSoOnlyWhileItIsKnown()
    {
        var gets = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] is "GET");
        var panel = Render<DeadLettersPanel>();
        Assert.DoesNotContain("No dead letters", panel.Markup, StringComparison.Ordinal);
        gets.SetResult(new ApiClient.Raw(200, """{"items":[],"nextCursor":null,"total":0,"lookedAt":0}""", null));
        panel.WaitForAssertion(() => Assert.Contains("No dead letters.", panel.Markup, StringComparison.Ordinal));

        gets.SetResult(new ApiClient.Raw(503, "", "The message broker cannot be reached now."));
        _time.Advance(TimeSpan.FromSeconds(10));
        panel.WaitForAssertion(() => Assert.Contains("The message broker cannot be reached now.", panel.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("No dead letters.", panel.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Send again", "Send it again", "POST", "/api/v1/dead-letters/abcdef0123456789/resend")]
    [InlineData("Discard", "Discard for good", "DELETE", "/api/v1/dead-letters/abcdef0123456789")]
    public void Press_Twice_IsDoneAndARefusalStandsInTheRow(string text, string sure, string method, string path)
    {
        Answer(new { items = new[] { Letter }, nextCursor = (string?)null, total = 1, lookedAt = 1 });
        var call = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", c => c.Arguments[0] as string == method).SetResult(new ApiClient.Raw(409, "", "The queue that the message came from is gone."));
        var panel = Render<DeadLettersPanel>();
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("tbody tr")));
        panel.FindAll("tbody button").Single(b => b.TextContent == text).Click();
        Assert.Empty(call.Invocations);
        panel.FindAll("tbody button").Single(b => b.TextContent == sure).Click();
        panel.WaitForAssertion(() => Assert.Equal("The queue that the message came from is gone.", panel.Find("tbody [role=alert]").TextContent));
        Assert.Equal(path, call.Invocations.Single().Arguments[1]);
    }

    [Fact]
    public void Press_Done_IsSaidWhereTheRowIsGone()
    {
        var gets = Answer(new { items = new[] { Letter }, nextCursor = (string?)null, total = 1, lookedAt = 1 });
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", c => c.Arguments[0] is "DELETE").SetResult(new ApiClient.Raw(204, "", null));
        var panel = Render<DeadLettersPanel>();
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("tbody tr")));
        panel.FindAll("tbody button").Single(b => b.TextContent == "Discard").Click();
        gets.SetResult(new ApiClient.Raw(200, """{"items":[],"nextCursor":null,"total":0,"lookedAt":0}""", null));
        panel.FindAll("tbody button").Single(b => b.TextContent == "Discard for good").Click();
        panel.WaitForAssertion(() => Assert.Equal("It was discarded.", panel.Find("[role=status].said").TextContent));
        Assert.Contains("No dead letters.", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ForAViewer_HasNothingToPress()
    {
        _user.SetPolicies("scope:read");
        Answer(new { items = new[] { Letter }, nextCursor = (string?)null, total = 1, lookedAt = 1 });
        var panel = Render<DeadLettersPanel>();
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("tbody tr")));
        Assert.Empty(panel.FindAll("tbody button"));
        Assert.Equal(4, panel.FindAll("thead th").Count);
    }

    private JSRuntimeInvocationHandler<ApiClient.Raw> Answer(object list)
    {
        var gets = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] is "GET");
        gets.SetResult(new ApiClient.Raw(200, JsonSerializer.Serialize(list, PerfPlatformJson.Options), null));
        return gets;
    }

    private static object Of(string id, string queue, string reason, int failures, string messageType, int? partition, int? batches) =>
        new { id, queue, reason, failedAt = "2026-11-26T10:00:00Z", failures, messageType, bytes = 1234, partition, batches };
}
