using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.EndToEnd.Tests.Topology;

/// <summary>A headless Chromium on the Overview and under Settings.</summary>
internal sealed partial class OverviewInBrowser : IAsyncDisposable
{
    private readonly Browser _browser;
    private readonly IPage _page;

    private OverviewInBrowser(Browser browser, IPage page)
    {
        (_browser, _page) = (browser, page);
        _page.PageError += (_, error) => Errors.Add(error);
    }

    /// <summary>What the page's scripts threw.</summary>
    public List<string> Errors { get; } = [];

    public static async Task<OverviewInBrowser> LaunchAsync(Uri address)
    {
        var browser = new Browser();
        return new OverviewInBrowser(browser, await browser.PageAsync(address, width: 1400, ColorScheme.Light));
    }

    public async Task SignInAsync(string password)
    {
        await _page.GotoAsync("/");
        await _page.FillAsync("input[name='Form.Name']", "admin");
        await _page.FillAsync("input[name='Form.Password']", password);
        await _page.ClickAsync("button.primary");
    }

    /// <summary>Shows one host on the Overview.</summary>
    public async Task ChooseHostAsync(string host)
    {
        await Assertions.Expect(_page.Locator("h1")).ToHaveTextAsync("Overview");
        await _page.GotoAsync("/?host=" + Uri.EscapeDataString(host));
    }

    /// <summary>CPU, memory and disk in percent, and the network's rates.</summary>
    public async Task ExpectMachineAsync(TimeSpan limit)
    {
        var timeout = (float)Math.Max(1, limit.TotalMilliseconds);
        foreach (var bar in new[] { "CPU", "Memory", "Disk" })
        {
            await Assertions.Expect(_page.Locator($"pp-bar[aria-label^='{bar}']")).ToHaveTextAsync(Percent(), new LocatorAssertionsToHaveTextOptions { Timeout = timeout });
        }

        await Assertions.Expect(_page.Locator("pp-number[aria-label=received]")).ToContainTextAsync("/s", new LocatorAssertionsToContainTextOptions { Timeout = timeout });
    }

    /// <summary>The machine's numbers, taken together (one may stand still on a machine that is busy or idle), take at least three values.</summary>
    public async Task ExpectMovingAsync(TimeSpan limit)
    {
        var seen = new HashSet<string>();
        await Wait.ForAsync("the numbers moving", async () => seen.Add(string.Join(' ', await _page.Locator(".system pp-bar, .system pp-number").AllInnerTextsAsync())), _ => seen.Count >= 3, limit, () => string.Join(", ", seen));
    }

    /// <summary>A page under Settings shows what the API answers, within ten seconds.</summary>
    public async Task ExpectSettingsAsync(string page, string selector, string text)
    {
        await _page.GotoAsync("/settings/" + page);
        await Assertions.Expect(_page.Locator(selector).First).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = 10_000 });
    }

    /// <summary>Kept under artifacts/ for a person to look at.</summary>
    public Task ScreenshotAsync(string name) =>
        _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName, name) });

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [GeneratedRegex(@"\d+(\.\d+)?\s*%")]
    private static partial Regex Percent();
}
