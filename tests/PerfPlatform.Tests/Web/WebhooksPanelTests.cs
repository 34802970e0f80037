using System.Text.Json;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Components.Panels;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>Webhooks: what the page says is what the server and the receiver said.</summary>
public sealed class WebhooksPanelTests : BunitContext
{
    private static readonly object Hook = new { id = "h1", url = "https://example.com/hook", format = "slack", severities = new[] { "critical" }, enabled = true };
    private readonly BunitAuthorizationContext _user;

    public WebhooksPanelTests()
    {
        Services.AddScoped<ApiClient>().AddSingleton<TimeProvider>(new FakeTimeProvider());
        _user = AddAuthorization().SetAuthorized("edith").SetPolicies("scope:read", "scope:write");
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Answer("GET", "/api/v1/webhooks?limit=200", new { items = new[] { Hook }, nextCursor = (string?)null });
    }

    [Fact]
    public void Added_WithoutASecret_ShowsTheGeneratedOneUntilDone()
    {
        var post = Answer("POST", "/api/v1/webhooks", new { id = "h2", url = "https://example.com/2", secret = "made-by-the-server" });
        var panel = Render<WebhooksPanel>();
        panel.Find("input[type=url]").Change("https://example.com/2");
        panel.Find("form").Submit();
        panel.WaitForAssertion(() => Assert.Equal("made-by-the-server", panel.Find(".created input").GetAttribute("value")));
        Assert.DoesNotContain("secret", (string)post.Invocations.Single().Arguments[2]!, StringComparison.Ordinal);
        panel.Find(".created button").Click();
        Assert.DoesNotContain("made-by-the-server", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_Refused_IsSaidAndTheAddressStays()
    {
        Refuse("POST", "/api/v1/webhooks", "'url' is required.");
        var panel = Render<WebhooksPanel>();
        panel.Find("input[type=url]").Change("https://example.com/2");
        panel.Find("form").Submit();
        panel.WaitForAssertion(() => Assert.Equal("'url' is required.", panel.Find("form [role=alert]").TextContent));
        Assert.Equal("https://example.com/2", panel.Find("input[type=url]").GetAttribute("value"));
        Assert.Empty(panel.FindAll(".created"));
    }

    [Theory]
    [InlineData("failed", 500, "The receiver answered 500.", "alert", "The receiver answered 500.")]
    [InlineData("failed", null, "The receiver could not be reached: refused", "alert", "The receiver could not be reached: refused")]
    [InlineData("delivered", 204, null, "status", "The receiver answered 204.")]
    public void Test_Sent_SaysWhatTheReceiverAnswered(string status, int? code, string? error, string role, string said)
    {
        Answer("POST", "/api/v1/webhooks/h1/test", Delivery("d1", status, code, error));
        var panel = Render<WebhooksPanel>();
        Button(panel, "Test").Click();
        panel.WaitForAssertion(() => Assert.Equal(said, panel.Find($"td [role={role}]").TextContent));
    }

    [Fact]
    public void Delete_Pressed_AsksFirst()
    {
        var delete = Answer("DELETE", "/api/v1/webhooks/h1", null);
        var panel = Render<WebhooksPanel>();
        Button(panel, "Delete").Click();
        Assert.Empty(delete.Invocations);
        // The second half of a double-click is no answer.
        Button(panel, "Delete with its deliveries").Click(new MouseEventArgs { Detail = 2 });
        Assert.Empty(delete.Invocations);
        Button(panel, "Delete with its deliveries").Blur();
        Button(panel, "Delete").Click();
        Button(panel, "Delete with its deliveries").KeyDown("Escape");
        Button(panel, "Delete").Click();
        Assert.Empty(delete.Invocations);
        Button(panel, "Delete with its deliveries").Click();
        panel.WaitForAssertion(() => Assert.Single(delete.Invocations));
    }

    [Fact]
    public void Delete_Refused_IsSaidInTheRow()
    {
        Refuse("DELETE", "/api/v1/webhooks/h1", "The database cannot be reached now.");
        var panel = Render<WebhooksPanel>();
        Button(panel, "Delete").Click();
        Button(panel, "Delete with its deliveries").Click();
        panel.WaitForAssertion(() => Assert.Equal("The database cannot be reached now.", panel.Find("td [role=alert]").TextContent));
    }

    [Fact]
    public void Deliveries_Opened_ShowEveryAttemptAndCanBeSentAgain()
    {
        Answer("GET", "/api/v1/webhooks/h1/deliveries?limit=20", new { items = new[] { Delivery("d1", "failed", 500, "The receiver answered 500.") }, nextCursor = "d1" });
        var resend = Answer("POST", "/api/v1/webhooks/h1/deliveries/d1/resend", Delivery("d1", "pending", 500, null));
        var panel = Render<WebhooksPanel>();
        Button(panel, "Deliveries").Click();
        panel.WaitForAssertion(() => Assert.Contains("The receiver answered 500. 12 ms", panel.Find(".deliveries .attempts li").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", Button(panel, "Deliveries").GetAttribute("aria-expanded"));
        Assert.Contains("The newest 1 are shown.", panel.Markup, StringComparison.Ordinal);
        Button(panel, "Send again").Click();
        panel.WaitForAssertion(() => Assert.Single(resend.Invocations));
    }

    [Fact]
    public void SwitchedOffByItself_SaysWhyAndCanBeSwitchedOn()
    {
        Answer("GET", "/api/v1/webhooks?limit=200", new { items = new[] { new { id = "h1", url = "https://example.com/hook", format = "slack", enabled = false, disabledReason = "The receiver answered 410 (gone).", createdAt = "2026-01-01T00:00:00Z" } }, nextCursor = (string?)null });
        var put = Answer("PUT", "/api/v1/webhooks/h1", Hook);
        var panel = Render<WebhooksPanel>();
        Assert.Contains("The receiver answered 410 (gone).", panel.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Button(panel, "Switch on").Click();
        panel.WaitForAssertion(() => Assert.Contains("\"enabled\":true", (string)put.Invocations.Single().Arguments[2]!, StringComparison.Ordinal));
    }

    [Fact]
    public void AsAViewer_ShowsDeliveriesAndNothingThatIsRefused()
    {
        _user.SetPolicies("scope:read");
        var panel = Render<WebhooksPanel>();
        panel.WaitForElement("tbody tr");
        Assert.Empty(panel.FindAll("input, select"));
        Assert.Equal(["Deliveries"], panel.FindAll("button").Select(b => b.TextContent));
    }

    private static object Delivery(string id, string status, int? code, string? error) => new
    {
        id,
        @event = "test",
        ruleName = "Test message",
        status,
        createdAt = "2026-01-01T10:00:00Z",
        nextAttemptAt = (string?)null,
        attempts = new[] { new { at = "2026-01-01T10:00:00Z", statusCode = code, durationMs = 12.3, error } },
    };

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<WebhooksPanel> panel, string text)
    {
        panel.WaitForAssertion(() => Assert.Contains(panel.FindAll("button"), b => b.TextContent == text));
        return panel.FindAll("button").First(b => b.TextContent == text);
    }

    private JSRuntimeInvocationHandler<ApiClient.Raw> Answer(string method, string path, object? body) =>
        Set(method, path, new ApiClient.Raw(200, body is null ? "" : JsonSerializer.Serialize(body, PerfPlatformJson.Options), null));

    private void Refuse(string method, string path, string detail) => Set(method, path, new ApiClient.Raw(400, "", detail));

    private JSRuntimeInvocationHandler<ApiClient.Raw> Set(string method, string path, ApiClient.Raw raw)
    {
        var handler = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] as string == method && call.Arguments[1] as string == path);
        handler.SetResult(raw);
        return handler;
    }
}
