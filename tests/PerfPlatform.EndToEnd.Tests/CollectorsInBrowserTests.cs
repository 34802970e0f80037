using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>A host that another collector measures, in a real browser: what its pages say is what the host did.</summary>
public sealed class CollectorsInBrowserTests(DistributedApp app, Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task HostPage_OfTelegraf_SaysWhatTheHostDidAndWhatItDoesNotKnow()
    {
        await app.StartedAsync();
        var host = "telegraf-" + Guid.NewGuid().ToString("N");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var lines = new StringContent(string.Concat(Enumerable.Range(0, 4).Select(i => Lines(host, now - 30_000 + (i * 10_000), i))));
        using var taken = await app.Client.PostAsync("/api/v1/influx/write", lines);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);

        // Until then the Overview shows another.
        await app.Client.KnowsHostAsync(host);
        var page = await browser.AdministratorAsync(app);
        foreach (var address in new[] { $"/?host={host}", $"/hosts/{host}" })
        {
            await page.GotoAsync(address);
            await Assertions.Expect(Bar(page, "CPU")).ToHaveTextAsync("25.0 %", new LocatorAssertionsToHaveTextOptions { Timeout = 30_000 });
            await Assertions.Expect(Bar(page, "Memory")).ToHaveTextAsync("40.0 %");
            await Assertions.Expect(Bar(page, "Disk")).ToHaveTextAsync("75.0 %");
        }

        // Telegraf's plugin "system" is not on: nothing is made up.
        await Assertions.Expect(page.Locator("pp-number[title*='Telegraf sends no load reading']")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[role=group][aria-label='Read'] .legend")).ToContainTextAsync("sda");
        await Assertions.Expect(page.Locator("[role=group][aria-label='Read'] .legend")).Not.ToContainTextAsync("dm-0");
        await page.CloseAsync();
    }

    private static ILocator Bar(IPage page, string label) => page.Locator($"pp-bar[aria-label^='{label}'] b");

    private static string Lines(string host, long time, int i) => string.Create(CultureInfo.InvariantCulture, $"""
        cpu,cpu=cpu-total,host={host} usage_user=25,usage_idle=70,usage_iowait=5 {time}000000
        mem,host={host} total=100i,available=60i,available_percent=60 {time}000000
        disk,device=sda1,fstype=ext4,host={host},mode=rw,path=/ used_percent=75 {time}000000
        disk,device=tmpfs,fstype=tmpfs,host={host},mode=rw,path=/run used_percent=100 {time}000000
        diskio,host={host},name=sda read_bytes={1_000_000 * i}i {time}000000
        diskio,host={host},name=dm-0 read_bytes={1_000_000 * i}i {time}000000

        """);
}
