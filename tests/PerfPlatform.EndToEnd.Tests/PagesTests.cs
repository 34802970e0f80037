using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>What the pages say is true: of hosts and alerts that others hide, of names that are long or turn, and while the server is gone.</summary>
public sealed class PagesTests(StandaloneProduct product, Browser browser) : IClassFixture<StandaloneProduct>, IClassFixture<Browser>
{
    private const string Turning = "evil\u202Egnp.exe";
    private static readonly string s_longName = new('h', 135);
    private static readonly string s_longLabel = new('x', 900);

    [Fact]
    public async Task Hosts_SilentAndNewOnes_ShowWithoutLoadingAgain()
    {
        using var end = new CancellationTokenSource();
        var sending = StandaloneProduct.RepeatAsync(() => product.SendHostAsync("live-1"), end.Token);
        await product.SendHostAsync("gone-1", ago: TimeSpan.FromSeconds(45));
        var page = await SignInAsync();
        await page.GotoAsync("/hosts");
        await Expect(Row("live-1").Locator("a.healthy")).ToBeVisibleAsync();
        await Expect(Row("live-1").Locator("pp-bar[aria-label=CPU]")).ToHaveTextAsync("25.0 %");
        await Expect(Row("gone-1")).ToContainTextAsync("silent");
        await product.SendHostAsync("new-1");
        await Expect(Row("new-1")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 10_000 });
        await page.FillAsync("input[name=q]", "new-");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        var unknown = await page.GotoAsync("/hosts/no-such-host");
        Assert.Equal(404, unknown!.Status);
        await Expect(page.Locator("h1")).ToHaveTextAsync("No such host");
        await end.CancelAsync();
        await sending;
        await page.CloseAsync();

        ILocator Row(string host) => page.Locator("tbody tr", new PageLocatorOptions { HasTextString = host });
    }

    [Fact]
    public async Task Pages_NamesThatAreLongOrTurn_StayWithinTheWindowAndACriticalOfAnotherHostIsSeen()
    {
        await product.PostAsync("/api/v1/alerts/rules", new
        {
            name = "Full",
            metric = "pages.utilization",
            severity = "critical",
            agg = "last",
            window = "1m",
            condition = ">",
            threshold = 0.9,
            @for = "0s",
            annotations = new { summary = "{{labels.host.name}} is full" },
        });
        using var end = new CancellationTokenSource();
        var sending = StandaloneProduct.RepeatAsync(
            async () =>
            {
                foreach (var host in new[] { "web-1", s_longName, Turning }) await product.SendHostAsync(host);
                await product.SendAsync("pages.utilization", new() { ["host.name"] = s_longName, ["path"] = s_longLabel, ["file"] = Turning }, 0.969);
            },
            end.Token);
        var page = await SignInAsync();
        await page.GotoAsync("/?host=web-1");
        var alert = page.Locator(".alerts li.critical");
        await Expect(alert).ToContainTextAsync(s_longName[..100], new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });
        await Expect(alert.Locator(".value")).ToHaveTextAsync("96.9 % above 90.0 %");
        await Expect(page.Locator("section[aria-label='Active alerts'] .totals")).ToHaveTextAsync("1 critical");

        await page.GotoAsync("/alerts");
        // Read from the document: the circuit draws the list anew while it begins, and a box may be asked for between the two.
        await page.WaitForFunctionAsync("() => { const take = [...document.querySelectorAll('td button')].find(b => b.textContent === 'Take on'); return take && take.getBoundingClientRect().right <= innerWidth && take.offsetWidth > 0; }");

        foreach (var width in new[] { 390, 1440 })
        {
            await page.SetViewportSizeAsync(width, 900);
            foreach (var path in new[] { "/", "/hosts", "/hosts/" + Uri.EscapeDataString(s_longName), "/hosts/" + Uri.EscapeDataString(Turning), "/alerts", "/components", "/reports" })
            {
                await page.GotoAsync(path);
                await Expect(page.Locator("main h1")).ToBeVisibleAsync();
                await Expect(page.Locator("pp-status b")).Not.ToBeEmptyAsync();
                Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path[..Math.Min(20, path.Length)]} is wider than {width} px");
                Assert.DoesNotContain('\u202E', await page.InnerTextAsync("body"));
                Assert.DoesNotContain('\u202E', await page.TitleAsync());
            }
        }

        await end.CancelAsync();
        await sending;
        await page.CloseAsync();
    }

    [Fact]
    public async Task Pages_SamplesStopAndTheServerGoesAndComes_SayWhatTheyKnowAndSinceWhen()
    {
        using var end = new CancellationTokenSource();
        var sending = StandaloneProduct.RepeatAsync(() => product.SendHostAsync("web-9"), end.Token);
        await product.KnowsAsync("web-9");
        var page = await SignInAsync();
        await page.GotoAsync("/?host=web-9");
        var word = page.Locator("pp-status b");
        await Expect(word).ToHaveTextAsync("live");
        await Expect(page.Locator("section[aria-label='Component health'] h2 .claim")).ToBeVisibleAsync();
        await end.CancelAsync();
        await sending;
        await Expect(word).ToContainTextAsync("no samples since", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });

        await product.Process.KillAsync();
        await Expect(word).ToContainTextAsync("no connection since", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });
        var bar = page.Locator(".reconnect");
        await Expect(bar).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 30_000 });
        foreach (var theme in new[] { "dark", "light" })
        {
            await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", theme);
            Assert.InRange(await page.EvaluateAsync<double>(Contrast), 7, 21);
        }

        // It covers the foot of the window only.
        Assert.InRange((await bar.BoundingBoxAsync())!.Height, 1, 80);
        var health = page.Locator("section[aria-label='Component health']");
        await Expect(health.Locator("pp-fresh")).ToContainTextAsync("No news since", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });
        await Expect(health.Locator("h2 .claim")).ToBeHiddenAsync();
        await Expect(page.Locator("section[aria-label='Active alerts'] pp-fresh")).ToContainTextAsync("No news since", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });
        await Expect(page.Locator("section[aria-label='Active alerts'] .claim")).ToBeHiddenAsync();

        await product.StartAsync();
        await Expect(health.Locator("h2 .claim")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 60_000 });
        await Expect(bar).ToBeHiddenAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Connection_TriesThatFailHalfWay_AreNoFaultOfThePage()
    {
        var page = await SignInAsync();
        var (away, sockets) = (false, new ConcurrentStack<IWebSocketRoute>());
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket =>
        {
            if (away) _ = socket.CloseAsync();
            else sockets.PushRange([socket.ConnectToServer(), socket]);
        });
        await page.RouteAsync(new Regex(@"/_blazor\?id="), route => away ? route.AbortAsync() : route.ContinueAsync()); // the way without a socket
        await page.AddInitScriptAsync("addEventListener('DOMContentLoaded', () => document.querySelector('input[name=q]')?.setAttribute('data-first', ''))");
        await page.GotoAsync("/hosts");
        await Expect(page.Locator("input[name=q]:not([data-first])")).ToBeVisibleAsync(); // the circuit has drawn it anew
        away = true;
        foreach (var socket in sockets) await socket.CloseAsync();
        var bar = page.Locator(".reconnect");
        await Expect(bar).ToBeVisibleAsync();
        await Expect(page.Locator("#blazor-error-ui")).ToHaveAttributeAsync("style", "display: block;");
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        away = false;
        await Expect(bar).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 30_000 });
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("/alerts?severity=crit", "'severity' is 'crit': write one of info, warning, critical.")]
    [InlineData("/alerts?tab=nope", "'tab' is 'nope': write one of active, history, rules, webhooks.")]
    [InlineData("/hosts?sort=size", "'sort' is 'size': write one of name, cpu, memory, disk, received, sent, load, seen.")]
    [InlineData("/hosts?page=two", "'page' is 'two': write a number from 1.")]
    [InlineData("/?host=no-such", "No host called no-such sends metrics: this is ")]
    [InlineData("/explore?metric=system.cpu.utilization&agg=p50x", "'agg' is 'p50x': write one of")]
    public async Task Address_WordThatIsNone_IsSaidOnThePage(string path, string said)
    {
        await product.SendHostAsync("web-1");
        var page = await SignInAsync();
        await page.GotoAsync(path);
        await Expect(page.Locator("main")).ToContainTextAsync(said);
        await page.CloseAsync();
    }

    // As WCAG computes it.
    private const string Contrast = """
        () => {
          const style = getComputedStyle(document.querySelector('.reconnect'));
          const light = color => {
            const [r, g, b] = color.match(/[\d.]+/g).map(n => n / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const [a, b] = [light(style.color), light(style.backgroundColor)];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """;

    private Task<IPage> SignInAsync() => browser.SignedInAsync(product.Address, "admin", DistributedApp.AdministratorPassword);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
