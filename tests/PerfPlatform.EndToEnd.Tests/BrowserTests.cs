using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>The UI in a real browser, on metrics that the real agent reads from this machine.</summary>
public sealed partial class BrowserTests(DistributedApp app)
{
    private static readonly string[] Arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    [Fact]
    public async Task Overview_WithTheAgent_ShowsThisMachineMoving()
    {
        await app.StartedAsync();
        await using var agent = new ServiceProcess("services/PerfPlatform.Agent", new Dictionary<string, string>
        {
            ["PERFPLATFORM_ENDPOINT"] = app.Address.ToString(),
            ["PERFPLATFORM_API_KEY"] = app.Key,
            ["PERFPLATFORM_AGENT_BUFFER_DIR"] = Directory.CreateTempSubdirectory("agent").FullName,
        });
        agent.Start();
        await Wait.ForAsync("the agent's first samples", async () => await app.Client.GetStringAsync("/api/v1/latest?metric=system.cpu.utilization&match=cpu.mode="), text => text.Contains("\"value\"", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => agent.Output + app.Logs());
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { BaseURL = app.Address.ToString(), ViewportSize = new ViewportSize { Width = 1400, Height = 1000 } });
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);

        await page.GotoAsync("/");
        await page.FillAsync("input[name='Form.Name']", "admin");
        await page.FillAsync("input[name='Form.Password']", DistributedApp.AdministratorPassword);
        await page.ClickAsync("button.primary");

        foreach (var bar in new[] { "CPU", "Memory", "Disk" })
        {
            await Assertions.Expect(page.Locator($"pp-bar[aria-label^='{bar}']")).ToHaveTextAsync(Percent(), new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        }

        await Assertions.Expect(page.Locator("pp-number[aria-label=received]")).ToContainTextAsync("/s", new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });

        // Moving: within fifteen seconds the CPU's number takes at least three values.
        var seen = new HashSet<string>();
        await Wait.ForAsync("the numbers moving", async () => seen.Add(await page.Locator("pp-bar[aria-label=CPU]").InnerTextAsync()) || seen.Count >= 3, _ => seen.Count >= 3, TimeSpan.FromSeconds(15), () => string.Join(", ", seen));
        Assert.Empty(errors);
        var artifacts = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(artifacts.FullName, "overview.png") });
    }

    [GeneratedRegex(@"\d+(\.\d+)?\s*%")]
    private static partial Regex Percent();
}
