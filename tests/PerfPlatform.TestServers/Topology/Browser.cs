using Microsoft.Playwright;

namespace PerfPlatform.TestServers.Topology;

/// <summary>A headless Chromium, started once for a test class; each page has cookies of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    // What comes at once on an idle machine takes a while on a busy one.
    static Browser() => Assertions.SetDefaultExpectTimeout(30_000);

    // More than a few at once for one name look like guessing, and are refused.
    private readonly SemaphoreSlim _signingIn = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>An empty page, whose addresses are relative to the one given.</summary>
    public async Task<IPage> PageAsync(Uri address, int width = 1440, ColorScheme scheme = ColorScheme.Dark)
    {
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        return await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 1000 },
            ColorScheme = scheme,
        });
    }

    /// <summary>A page on which a user is signed in.</summary>
    public async Task<IPage> SignedInAsync(Uri address, string user, string password, int width = 1440, ColorScheme scheme = ColorScheme.Dark)
    {
        await _signingIn.WaitAsync();
        try
        {
            var page = await PageAsync(address, width, scheme);
            await page.GotoAsync("/sign-in");
            await page.FillAsync("input[name='Form.Name']", user);
            await page.FillAsync("input[name='Form.Password']", password);
            await page.ClickAsync("button.primary");
            await page.WaitForURLAsync("**/");
            return page;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    /// <summary>A page on which the administrator is signed in.</summary>
    public async Task<IPage> AdministratorAsync(DistributedApp app, int width = 1440, ColorScheme scheme = ColorScheme.Dark) =>
        await SignedInAsync((await app.StartedAsync()).Address, "admin", DistributedApp.AdministratorPassword, width, scheme);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _signingIn.Dispose();
    }
}
