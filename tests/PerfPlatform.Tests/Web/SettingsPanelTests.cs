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

/// <summary>The pages under Settings for scraping and for who sends.</summary>
public sealed class SettingsPanelTests : BunitContext
{
    private readonly FakeTimeProvider _time = new();

    public SettingsPanelTests()
    {
        Services.AddScoped<ApiClient>().AddSingleton<TimeProvider>(_time);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void Scraping_Targets_AreShownWithTheirLastScrape()
    {
        Answer("GET", new
        {
            items = new object[]
            {
                new { id = "1", source = "api", job = "node", target = "web-1:9100", interval = "15s", state = new { up = true, lastScrape = "2026-01-01T10:00:00Z", durationMs = 12.34, samples = 1234, error = (string?)null } },
                new { id = "2", source = "configuration", job = "db", target = "db-1:9187", interval = "1m", state = new { up = false, lastScrape = "2026-01-01T10:00:01Z", durationMs = 1.0, samples = 0, error = (string?)"no connection: ConnectionRefused" } },
                new { id = "3", source = "api", job = "new", target = "new:1", interval = "5s", state = (object?)null },
            },
            nextCursor = (string?)null,
        });

        var panel = Render<ScrapePanel>();

        panel.WaitForAssertion(() => Assert.Equal(3, panel.FindAll("tbody tr").Count));
        var rows = panel.FindAll("tbody tr").Select(r => r.Children.Select(c => c.TextContent.Trim()).ToArray()).ToArray();
        Assert.Equal(["web-1:9100", "node", "up", "1,234", "12.3 ms", "15s", "", "Remove"], rows[0]);
        Assert.Equal("2026-01-01T10:00:00.0000000+00:00", panel.Find("tbody pp-time").GetAttribute("at")); // the browser writes it, in its zone
        Assert.Equal("down no connection: ConnectionRefused", rows[1][2]);
        Assert.Equal("of the settings", rows[1][7]);
        Assert.Equal("not yet", rows[2][2]);
    }

    [Fact]
    public void Scraping_NewTarget_IsSentAndARefusalShown()
    {
        Answer("GET", new { items = Array.Empty<object>(), nextCursor = (string?)null });
        var post = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] is "POST").SetResult(new ApiClient.Raw(400, "", "'target' must be host:port."));
        var panel = Render<ScrapePanel>();
        panel.Find("input[placeholder=node]").Change("node");
        panel.Find("input[placeholder='web-1:9100']").Change("nowhere");
        panel.Find("form").Submit();

        panel.WaitForAssertion(() => Assert.Equal("'target' must be host:port.", panel.Find("[role=alert]").TextContent));
        // The next look at the list does not take the refusal away.
        _time.Advance(TimeSpan.FromSeconds(5));
        panel.WaitForAssertion(() => Assert.True(JSInterop.Invocations["perfplatform.call"].Count(i => i.Arguments[0] is "GET") >= 3));
        Assert.Equal("'target' must be host:port.", panel.Find("form [role=alert]").TextContent);
        Assert.Equal("nowhere", panel.Find("input[placeholder='web-1:9100']").GetAttribute("value"));
        Assert.Equal("""{"job":"node","target":"nowhere","scheme":"http","path":"/metrics","interval":"15s"}""", post.Invocations.Single().Arguments[2]);
    }

    [Fact]
    public void Senders_LabelThatExplodes_IsShownWithItsKeyAndClock()
    {
        Answer("GET", new
        {
            series = 90_010,
            limit = 1_000_000,
            keys = new object[]
            {
                new
                {
                    key = "k7", name = "shop", series = 90_000, limit = 90_000, refusedSeries = 1_730, clock = new { skewSeconds = -45.04, lastReceived = "2026-01-01T10:00:00Z" },
                    labels = new[] { new { name = "user.id", values = 88_700, lastHour = 61_000, examples = new[] { "u1", "u2" } } }, metrics = new[] { new { metric = "requests", series = 89_100 } },
                },
            },
        });

        var panel = Render<SendersPanel>();

        panel.WaitForAssertion(() => Assert.StartsWith("shop", panel.Find("h2").TextContent, StringComparison.Ordinal));
        Assert.Equal(["90,000", "90,000", "1,730", "-45.0 s", ""], panel.FindAll("dd").Select(d => d.TextContent));
        Assert.Equal("2026-01-01T10:00:00.0000000+00:00", panel.Find("dd pp-time").GetAttribute("at"));
        Assert.Equal(["status unhealthy", "status degraded"], panel.FindAll("dd .status").Select(s => s.ClassName));
        Assert.Equal(["user.id", "88,700", "61,000", "u1u2"], panel.FindAll("tbody tr")[0].Children.Select(c => c.TextContent));
        Assert.Equal("/explore?metric=requests", panel.FindAll("tbody a")[0].GetAttribute("href"));
    }

    [Fact]
    public void Keys_DayOnWhichOneExpires_IsADayOfTheBrowsersZone()
    {
        Answer("GET", new { items = Array.Empty<object>(), nextCursor = (string?)null });
        JSInterop.Setup<DateTimeOffset>("perfplatform.startOfDay", "2027-02-01").SetResult(new DateTimeOffset(2027, 1, 31, 18, 15, 0, TimeSpan.Zero));
        var post = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] is "POST").SetResult(new ApiClient.Raw(400, "", "no"));
        var panel = Render<KeysPanel>();
        panel.Find("input[placeholder='agent on web-1']").Change("a");
        panel.Find("input[type=date]").Change("2027-02-01");
        panel.Find("form").Submit();

        panel.WaitForAssertion(() => Assert.Equal("no", panel.Find("form [role=alert]").TextContent));
        Assert.Contains("\"expiresAt\":\"2027-01-31T18:15:00+00:00\"", (string)post.Invocations.Single().Arguments[2]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(KeysPanel), "/api/v1/keys", "Revoke", "Revoke for good", """{"id":"1","name":"a\u202Eb","scopes":["read"],"createdBy":"admin","createdAt":"2026-01-01T00:00:00Z","expiresAt":null,"maxSeries":null,"maxSamplesPerRequest":null,"maxBodyBytes":null,"internal":false}""")]
    [InlineData(typeof(UsersPanel), "/api/v1/users", "Remove", "Remove for good", """{"id":"00000000-0000-0000-0000-000000000001","name":"a\u202Eb","role":"viewer","createdAt":"2026-01-01T00:00:00Z","lastSignInAt":null}""")]
    [InlineData(typeof(SessionsPanel), "/api/v1/sessions", "End", "End this session", """{"id":"00000000-0000-0000-0000-000000000001","user":"eve","createdAt":"2026-01-01T00:00:00Z","seenAt":"2026-01-01T00:00:00Z","expiresAt":"2026-01-31T00:00:00Z","address":null,"agent":"a\u202Eb","current":false}""")]
    [InlineData(typeof(ScrapePanel), "/api/v1/scrape/targets", "Remove", "Remove for good", """{"id":"1","source":"api","job":"j","target":"a\u202Eb","interval":"15s","state":null}""")]
    public void List_ThatIsCut_SaysSo_AndARefusalStandsInItsRow(Type panel, string path, string text, string sure, string item)
    {
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[1] as string == path + "?limit=200").SetResult(new ApiClient.Raw(200, $$"""{"items":[{{item}}],"nextCursor":"c"}""", null));
        var delete = JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] is "DELETE").SetResult(new ApiClient.Raw(409, "", "It is the last one."));
        var shown = Render(builder =>
        {
            builder.OpenComponent(0, panel);
            builder.CloseComponent();
        });
        shown.WaitForAssertion(() => Assert.Contains("The first 1 are shown.", shown.Markup, StringComparison.Ordinal));
        // A mark that turns the text around it does not.
        Assert.Equal("a\uFFFDb", shown.Find("tbody bdi").TextContent);
        var button = shown.FindAll("tbody button").Single(b => b.TextContent == text);
        button.Click();
        Assert.Empty(delete.Invocations);
        shown.FindAll("tbody button").Single(b => b.TextContent == sure).Click();
        shown.WaitForAssertion(() => Assert.Equal("It is the last one.", shown.Find("tbody [role=alert]").TextContent));
        Assert.Single(delete.Invocations);
    }

    private void Answer(string method, object body) => JSInterop.Setup<ApiClient.Raw>("perfplatform.call", call => call.Arguments[0] as string == method)
        .SetResult(new ApiClient.Raw(200, JsonSerializer.Serialize(body, PerfPlatformJson.Options), null));
}
