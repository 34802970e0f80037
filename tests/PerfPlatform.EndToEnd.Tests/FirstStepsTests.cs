using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>The page that a new user has open while the first sender is set up.</summary>
public sealed class FirstStepsTests(StandaloneProduct product, Browser browser) : IClassFixture<StandaloneProduct>, IClassFixture<Browser>
{
    [Fact]
    public async Task Overview_OpenBeforeTheFirstSample_BecomesLiveByItself()
    {
        var page = await browser.SignedInAsync(product.Address, "admin", DistributedApp.AdministratorPassword);
        await Assertions.Expect(page.Locator(".first")).ToContainTextAsync("No host sends metrics yet");
        await page.Locator("text=Make an ingest key").ClickAsync();
        await Assertions.Expect(page.Locator(".ways pre").First).ToContainTextAsync($"PERFPLATFORM_ENDPOINT={product.Address.ToString().TrimEnd('/')} PERFPLATFORM_API_KEY=pp_");
        await Assertions.Expect(page.Locator(".ways")).Not.ToContainTextAsync("YOUR_INGEST_KEY");

        using var end = new CancellationTokenSource();
        var sending = StandaloneProduct.RepeatAsync(() => product.SendAsync("queue.size", new() { ["component"] = "ocr" }, 12.5), end.Token);
        var row = page.Locator(".first tbody tr", new PageLocatorOptions { HasTextString = "queue.size" });
        await Assertions.Expect(row.Locator("pp-number")).ToHaveTextAsync("12.5", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        await end.CancelAsync();
        await sending;

        using var enough = new CancellationTokenSource();
        var host = StandaloneProduct.RepeatAsync(() => product.SendHostAsync("web-1", 0.25), enough.Token);
        await Assertions.Expect(page.Locator(".system pp-bar[aria-label=CPU]")).ToHaveTextAsync("25.0 %", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        await Assertions.Expect(page.Locator(".first")).ToHaveCountAsync(0);
        await enough.CancelAsync();
        await host;
        await page.CloseAsync();
    }
}
