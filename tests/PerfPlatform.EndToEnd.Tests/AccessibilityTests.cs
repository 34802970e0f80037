using System.Text.Json;
using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>
/// axe over every page, in both themes, on a desktop and on a phone: no violation, and nothing that scrolls sideways; with names as senders choose them.
/// </summary>
public sealed class AccessibilityTests(DistributedApp app, Browser browser) : IClassFixture<Browser>
{
    private const string Host = "axe-\u202Ehost \"<script>alert(1)</script>\"";

    private static readonly string LongValue = "x" + new string('y', 900);

    private static readonly string[] Pages =
    [
        "/", "/hosts", "/hosts/" + Uri.EscapeDataString(Host), "/explore", "/explore?metric=axe.gauge", "/alerts", "/alerts?tab=history", "/alerts?tab=rules", "/alerts?tab=webhooks",
        "/reports", "/components", "/settings", "/settings/scraping", "/settings/senders", "/settings/storage", "/settings/dead-letters", "/account", "/nope",
    ];

    [Fact]
    public async Task EveryPage_BothThemesAndWidths_HasNoViolationAndDoesNotScrollSideways()
    {
        await app.StartedAsync();
        await FillAsync();
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web/PerfPlatform.Web/Client/node_modules/axe-core/axe.min.js"));
        List<string> found = [];
        foreach (var (width, scheme) in new[] { (1440, ColorScheme.Dark), (390, ColorScheme.Light), (1440, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            var page = await browser.AdministratorAsync(app, width, scheme);
            foreach (var path in Pages) found.AddRange((await LookAsync(page, path, script)).Select(v => $"{path} at {width}, {scheme}: {v}"));
            await page.Context.ClearCookiesAsync();
            found.AddRange((await LookAsync(page, "/sign-in", script)).Select(v => $"/sign-in at {width}, {scheme}: {v}"));
            await page.CloseAsync();
        }

        Assert.True(found.Count == 0, string.Join("\n", found.Distinct()));
    }

    // Those that offer something to some roles and not to others.
    private static readonly string[] PagesByRole = ["/", "/alerts", "/alerts?tab=rules", "/alerts?tab=webhooks", "/reports", "/components", "/settings"];

    [Theory]
    [InlineData("editor")]
    [InlineData("viewer")]
    public async Task PagesByRole_AsOneWhoMayLess_HaveNoViolationAndOfferNothingThatIsRefused(string role)
    {
        await app.StartedAsync();
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/users", new { name = "axe-" + role, password = DistributedApp.AdministratorPassword, role });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/webhooks", new { url = "http://127.0.0.1:9/" + role });
        await app.Client.SendAsync(HttpMethod.Put, "/api/v1/health/components/axe-" + role, new { probe = new { kind = "tcp", host = "127.0.0.1", port = 9 }, interval = "10s", timeout = "1s" });
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web/PerfPlatform.Web/Client/node_modules/axe-core/axe.min.js"));
        List<string> found = [];
        foreach (var (width, scheme) in new[] { (1440, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            var page = await browser.SignedInAsync(app.Address, "axe-" + role, DistributedApp.AdministratorPassword, width, scheme);
            foreach (var path in PagesByRole)
            {
                found.AddRange((await LookAsync(page, path, script)).Select(v => $"{path} as {role} at {width}, {scheme}: {v}"));
                // Forms that lead to a page are for all; the others change something.
                if (role == "viewer" && await page.Locator("main :is(form:not([action], pp-range form), input[type=checkbox], input[type=number])").CountAsync() > 0) found.Add($"{path} as {role}: it can be typed into");
            }

            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Not for this user");
            await page.CloseAsync();
        }

        Assert.True(found.Count == 0, string.Join("\n", found.Distinct()));
    }

    private static async Task<List<string>> LookAsync(IPage page, string path, string script)
    {
        await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        // What ends a page's circuit is an error of the page, however well it is told.
        var failed = await page.Locator("#blazor-error-ui").IsVisibleAsync();
        await page.EvaluateAsync(script);
        var result = await page.EvaluateAsync<JsonElement>(
            """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'] });
              return { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                violations: violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')) };
            }
            """);
        List<string> found = [.. result.GetProperty("violations").EnumerateArray().Select(v => v.GetString()!)];
        if (failed) found.Add("it says that something went wrong");
        if (result.GetProperty("wide").GetInt32() > 0) found.Add($"it is {result.GetProperty("wide").GetInt32()} px too wide");
        return found;
    }

    // One of everything that a page can show.
    private async Task FillAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var labels = new Dictionary<string, string> { ["host.name"] = Host, ["long"] = LongValue };
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/samples", new
        {
            samples = Enumerable.Range(0, 30).SelectMany(i => new object[]
            {
                new { metric = "axe.gauge", labels, time = now - (i * 1000), value = -i },
                new { metric = "system.cpu.utilization", labels = new Dictionary<string, string> { ["host.name"] = Host }, time = now - (i * 1000), value = 0.5 },
                new { metric = "system.memory.utilization", labels = new Dictionary<string, string> { ["host.name"] = Host }, time = now - (i * 1000), value = 0.7 },
            }),
        });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/alerts/rules", new { name = "Axe " + LongValue[..150], metric = "axe.gauge", agg = "last", window = "5m", condition = "<", threshold = 1, severity = "critical", annotations = new { summary = Host, recommendation = "Look." } });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/webhooks", new { url = "http://127.0.0.1:9/" + LongValue });
        await app.Client.SendAsync(HttpMethod.Put, "/api/v1/health/components/axe", new { probe = new { kind = "tcp", host = "127.0.0.1", port = 9 }, interval = "10s", timeout = "1s" });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/scrape/targets", new { job = "axe", target = "127.0.0.1:9", scheme = "http", path = "/metrics", interval = "15s" });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/keys", new { name = "axe \u202E<b>" + LongValue[..80], scopes = new[] { "ingest" } });
        await app.Client.SendAsync(HttpMethod.Post, "/api/v1/reports", new { kind = "performance", from = "now-1h", to = "now", match = Array.Empty<string>(), format = "json" });
    }
}
