using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>Charts in a real browser, on a host that sends every second. What a chart draws is read from its attributes and its legend.</summary>
public sealed partial class ChartsInBrowserTests(DistributedApp app, Browser browser) : IClassFixture<Browser>
{
    private const string Live = "from=now-15m&to=now";
    private const string First = "pp-chart";
    private const string TwoFrames = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";

    // The window's end is the clock's within 2 s, and the newest point is of the step that is not over, or of the one before.
    private const string IsAtTheClock = """
        step => [...document.querySelectorAll('pp-chart')].slice(0, 1).every(c => {
          const now = Date.now();
          return Math.abs(now - c.dataset.to) < 2000 && now - c.dataset.newest < 2 * step + 2000;
        })
        """;

    // What the pages' scripts threw.
    private readonly ConcurrentQueue<string> _errors = [];

    [Fact]
    public async Task LiveCharts_ForHalfAMinute_MoveOnWithTheClock()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(2);
        await app.Client.KnowsHostAsync(feed.Host);
        await Task.WhenAll(
            from range in new[] { (Text: "15m", Step: 2000), (Text: "1h", Step: 5000) }
            from address in new[] { $"/?host={feed.Host}&", $"/hosts/{feed.Host}?", $"/explore?metric=system.cpu.utilization&match=host.name%3D{feed.Host}&" }
            select WatchAsync($"{address}from=now-{range.Text}&to=now", range.Step));
    }

    [Fact]
    public async Task Crosshair_OverOneChart_ShowsItsTimeAndHoldsTheOthersInStep()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(8);
        await app.Client.KnowsHostAsync(feed.Host);
        var page = await OpenAsync($"/?host={feed.Host}&{Live}");
        var (cpu, memory) = (Chart(page, "CPU"), Chart(page, "Memory"));
        await Assertions.Expect(memory).ToHaveAttributeAsync("data-newest", Number());
        var at = long.Parse((await memory.GetAttributeAsync("data-newest"))!, CultureInfo.InvariantCulture) - 4000;

        // Again where the page was slow to stand still under the pointer.
        var pointed = await Wait.ForAsync(
            $"the crosshair at {at}",
            async () =>
            {
                await PointAsync(page, cpu, at);
                return await cpu.Locator("time").GetAttributeAsync("datetime");
            },
            time => Math.Abs(DateTimeOffset.Parse(time!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - at) <= 2000);
        await Assertions.Expect(memory.Locator("time")).ToHaveAttributeAsync("datetime", pointed!);
        await Assertions.Expect(memory.Locator("time")).ToContainTextAsync("paused");

        var legend = await cpu.Locator(".legend").InnerTextAsync();
        await feed.MoreAsync(4);
        Assert.Equal(legend, await cpu.Locator(".legend").InnerTextAsync());
        await Assertions.Expect(memory.Locator("time")).ToContainTextAsync("paused");

        await page.Mouse.MoveAsync(5, 5);
        await Assertions.Expect(memory.Locator("time")).Not.ToContainTextAsync("paused");
        await page.WaitForFunctionAsync(IsAtTheClock, 2000);
        await EndAsync(page);
    }

    [Fact]
    public async Task Panel_AboveTheChartThatIsPointedAt_GrowsAndShrinksWithoutMovingIt()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(4);
        await app.Client.KnowsHostAsync(feed.Host);
        var page = await OpenAsync($"/?host={feed.Host}&{Live}");
        var cpu = Chart(page, "CPU");
        await Assertions.Expect(cpu).ToHaveAttributeAsync("data-newest", Number());

        // Again where the page was not whole yet, and the chart was moved before it was pointed at.
        await Wait.ForAsync(
            "the chart to stand still",
            async () =>
            {
                await PointAsync(page, cpu, feed.Newest);
                return await cpu.Locator("time").InnerTextAsync();
            },
            text => text.Contains("paused", StringComparison.Ordinal));
        var before = await TopAsync();
        foreach (var height in new[] { 300, 40 })
        {
            await page.EvaluateAsync("height => document.querySelector('.columns').style.paddingBottom = `${height}px`", height);
            await page.EvaluateAsync(TwoFrames);
            Assert.Equal(before, await TopAsync(), 1.0);
        }

        await Assertions.Expect(cpu.Locator("time")).ToContainTextAsync("paused");
        await EndAsync(page);

        Task<double> TopAsync() => cpu.EvaluateAsync<double>("c => c.getBoundingClientRect().top");
    }

    [Fact]
    public async Task FrontEnd_AwayForAWhile_LeavesNoGapInAnOpenChart()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(5);
        var page = await OpenAsync(Explore("charts.below", feed));
        await page.WaitForFunctionAsync(IsAtTheClock, 2000);
        await app.Service("web").KillAsync();
        await Assertions.Expect(page.Locator("pp-status")).ToContainTextAsync("no connection");
        await feed.MoreAsync(4);
        var away = feed.Newest; // on a busy machine not every second has its sample
        await app.Service("web").StartAsync();
        await app.HealthyAsync("web");
        await page.WaitForFunctionAsync(IsAtTheClock, 2000, new PageWaitForFunctionOptions { Timeout = 60_000 });
        // The live samples may come before what was missed, and a chart that is pointed at stands still: it is left and pointed at again.
        await Wait.ForAsync(
            "what came meanwhile",
            async () =>
            {
                await page.Mouse.MoveAsync(5, 5);
                await page.WaitForFunctionAsync(IsAtTheClock, 2000);
                await PointAsync(page, page.Locator(First), away / 2000 * 2000);
                return await page.Locator(".legend b").InnerTextAsync();
            },
            text => text == "-9.50");
        await EndAsync(page);
    }

    [Fact]
    public async Task Explore_OfANegativeGauge_KeepsTheSign()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(3);
        var page = await OpenAsync(Explore("charts.below", feed));
        await Assertions.Expect(page.Locator(".legend b")).ToHaveTextAsync("-9.50");
        await EndAsync(page);
    }

    [Fact]
    public async Task Explore_OfAHistogramsPercentile_StaysOneAndComesLive()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(3);
        await Task.WhenAll(new[] { "charts.duration&agg=p95", "charts.duration", "charts.duration_bucket&agg=p95" }.Select(async question =>
        {
            var page = await OpenAsync(Explore(question, feed));
            await Assertions.Expect(page.Locator(".chart h3")).ToContainTextAsync("95th percentile");
            await Assertions.Expect(page.Locator("[aria-label=Series] tbody tr")).ToHaveCountAsync(1);
            await page.WaitForFunctionAsync(IsAtTheClock, 2000);
            await feed.MoreAsync(4);
            await page.WaitForFunctionAsync(IsAtTheClock, 2000);
            await Assertions.Expect(page.Locator(".legend button")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator(".legend b")).ToHaveTextAsync("290 ms"); // all of them between 0.1 and 0.3 s
            await EndAsync(page);
        }));
    }

    [Fact]
    public async Task Explore_ThroughItsFormAndLabels_DrawsWhatTheAddressSays()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(4);
        var page = await OpenAsync("/explore");
        await page.FillAsync("input[name=metric]", "charts.requests");
        await page.ClickAsync("button.primary");
        await Assertions.Expect(page.Locator(".chart h3")).ToContainTextAsync("per second");

        // As an alert's link has them.
        await page.GotoAsync($"/explore?metric=charts.requests&match=host.name%3D{feed.Host}&match=a%3D&match=b%3D&agg=max&by=host.name&reduce=sum");
        await page.ClickAsync("pp-range button >> text=15m");
        await page.ClickAsync("button.primary");
        await page.WaitForURLAsync(url => url.Contains($"match=host.name%3D{feed.Host}&match=a%3D&match=b%3D", StringComparison.Ordinal) && url.Contains("from=now-15m", StringComparison.Ordinal));
        await page.ClickAsync(".labels a");
        await page.WaitForURLAsync(url => !url.Contains("match=&", StringComparison.Ordinal) && url.Contains("agg=max&by=host.name&reduce=sum&from=now-15m&to=now", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator(".legend b")).ToContainTextAsync("/s");

        await page.GotoAsync(Explore("system.cpu.utilization&agg=count", feed));
        await Assertions.Expect(page.Locator(".legend b")).ToHaveTextAsync("2"); // two samples in a step of 2 s, and no share
        await EndAsync(page);
    }

    [Fact]
    public async Task Addresses_OfZooms_AreLeftByBackAndDoubleClick()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(3);
        var page = await OpenAsync(Explore("charts.below", feed));
        var chart = page.Locator(First);
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-newest", Number());
        await page.EvaluateAsync("() => window.same = true");
        await DragAsync(page, chart, () => Task.CompletedTask);
        await page.WaitForURLAsync(Zoomed());
        var shared = page.Url;
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-to", Query(shared, "to"));

        await page.Mouse.MoveAsync(5, 5); // off the chart, which stands still under the pointer
        await page.GoBackAsync();
        Assert.Contains(Live, page.Url, StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("() => window.same === true"), "Back left the page.");
        await page.WaitForFunctionAsync(IsAtTheClock, 2000);

        await page.GotoAsync(shared);
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-to", Query(shared, "to"));
        await chart.Locator(".u-over").DblClickAsync();
        await page.WaitForURLAsync(url => url.Contains("from=now-1h&to=now", StringComparison.Ordinal));
        await EndAsync(page);
    }

    [Fact]
    public async Task Drag_WhileAnotherWindowArrives_IsNotLost()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(3);
        var page = await OpenAsync(Explore("charts.below", feed));
        var chart = page.Locator(First);

        await Assertions.Expect(chart).ToHaveAttributeAsync("data-newest", Number());
        var open = new TaskCompletionSource();
        await page.RouteAsync("**/api/v1/query**", async route =>
        {
            await open.Task;
            await route.ContinueAsync();
        });
        await page.ClickAsync("pp-range button >> text=1h");
        await DragAsync(page, chart, async () =>
        {
            var answered = page.WaitForResponseAsync(response => response.Url.Contains("/api/v1/query", StringComparison.Ordinal));
            open.SetResult();
            await (await answered).FinishedAsync();
            await page.EvaluateAsync(TwoFrames);
        });
        await page.UnrouteAllAsync();
        await page.WaitForURLAsync(Zoomed(), new PageWaitForURLOptions { Timeout = 10_000 });
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-to", Query(page.Url, "to"));
        var length = long.Parse(Query(page.Url, "to"), CultureInfo.InvariantCulture) - long.Parse(Query(page.Url, "from"), CultureInfo.InvariantCulture);
        Assert.InRange(length, 400_000, 460_000); // half of 15 minutes, as drawn when the drag began
        await EndAsync(page);
    }

    [Fact]
    public async Task Forecast_AskedFor_IsSaidAndDrawn()
    {
        await app.StartedAsync();
        var (host, now) = ("ahead-" + Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var samples = Enumerable.Range(0, 1080).Select(i => new { metric = "charts.ahead", labels = new Dictionary<string, string> { ["host.name"] = host }, time = now - (10_000L * i), value = 20 + (i % 60 / 6) });
        using var sent = await app.Client.PostAsJsonAsync("/api/v1/samples", new { samples });
        Assert.True(sent.IsSuccessStatusCode);
        var page = await OpenAsync($"/explore?metric=charts.ahead&match=host.name%3D{host}&{Live}");
        await Wait.ForAsync(
            "the forecast",
            async () =>
            {
                await page.ClickAsync("pp-forecast button >> text=1h");
                await Assertions.Expect(page.Locator("pp-forecast")).ToHaveAttributeAsync("data-found", Number());
                return await page.Locator("pp-forecast").GetAttributeAsync("data-found");
            },
            found => found == "1");
        await Assertions.Expect(page.Locator(".forecasts li")).ToContainTextAsync("(95 % sure: ");
        await Assertions.Expect(page.Locator("pp-forecast button >> text=1h")).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("pp-forecast canvas")).ToBeVisibleAsync();
        await EndAsync(page);
    }

    [Theory]
    [InlineData("from=garbage", "from=garbage")]
    [InlineData("from=now&to=now-1h", "ends before it begins")]
    [InlineData("from=99999999999999999999", "from=99999999999999999999")]
    public async Task Address_OfNoTime_IsToldAndThePickerStays(string query, string told)
    {
        var page = await OpenAsync("/explore?metric=charts.below&" + query);
        await Assertions.Expect(page.Locator("pp-range [role=alert]")).ToContainTextAsync(told);
        await page.ClickAsync("pp-range button >> text=15m");
        await Assertions.Expect(page.Locator("pp-range [role=alert]")).ToBeHiddenAsync();
        Assert.Contains(Live, page.Url, StringComparison.Ordinal);
        await EndAsync(page);
    }

    [Fact]
    public async Task Labels_LongOrTurned_DoNotBreakThePage()
    {
        await app.StartedAsync();
        await using var feed = new ChartFeed(app);
        await feed.MoreAsync(3);
        var page = await OpenAsync(Explore("charts.strange", feed), 390);
        await Assertions.Expect(page.Locator(".legend button")).ToHaveCountAsync(2);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        Assert.True(await page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.legend button')].every(b => b.scrollWidth <= b.clientWidth && b.getBoundingClientRect().height >= 24)"));
        // What a sender's text turns ends with it: the value stands to the right of the name.
        Assert.True(await page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.legend button')].every(b => b.querySelector('b').getBoundingClientRect().left >= b.querySelector('bdi').getBoundingClientRect().right)"));
        await EndAsync(page);
    }

    private static string Explore(string question, ChartFeed feed) => $"/explore?metric={question}&match=host.name%3D{feed.Host}&{Live}";

    private static ILocator Chart(IPage page, string title) => page.Locator($"pp-chart[aria-label='Chart: {title}']");

    private static string Query(string url, string name) => System.Web.HttpUtility.ParseQueryString(new Uri(url).Query)[name]!;

    // From the middle to the right end. Who sees no selection begins again.
    private static async Task DragAsync(IPage page, ILocator chart, Func<Task> underway)
    {
        var area = chart.Locator(".u-over");
        for (var attempt = 1; ; attempt++)
        {
            await area.HoverAsync();
            var box = (await area.BoundingBoxAsync())!;
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + (box.Width * 0.75f), box.Y + 30, new MouseMoveOptions { Steps = 2 });
            await page.EvaluateAsync(TwoFrames);
            if (await SelectedAsync() < 4)
            {
                Assert.True(attempt < 5, "The mouse could not begin a drag, five times.");
                await page.Mouse.UpAsync();
                continue;
            }

            await underway();
            await page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + 40, new MouseMoveOptions { Steps = 2 });
            await page.EvaluateAsync(TwoFrames);
            Assert.True(await SelectedAsync() >= 4, "What was selected is gone before the mouse came up: " + await chart.EvaluateAsync<string>("c => JSON.stringify(c.dataset)"));
            await page.Mouse.UpAsync();
            return;
        }

        Task<double> SelectedAsync() => chart.Locator(".u-select").EvaluateAsync<double>("s => s.offsetWidth");
    }

    // Over the point of a time.
    private static async Task PointAsync(IPage page, ILocator chart, long time)
    {
        var area = chart.Locator(".u-over");
        await area.ScrollIntoViewIfNeededAsync();
        var box = (await area.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2)); // from here on it stands still
        var window = await chart.EvaluateAsync<double[]>("c => [+c.dataset.from, +c.dataset.to]");
        await page.Mouse.MoveAsync(box.X + (float)(box.Width * (time - window[0]) / (window[1] - window[0])), box.Y + (box.Height / 2));
    }

    private async Task<IPage> OpenAsync(string address, int width = 1440)
    {
        var page = await browser.AdministratorAsync(app, width);
        page.PageError += (_, error) => _errors.Enqueue(error);
        await page.GotoAsync(address);
        return page;
    }

    private async Task EndAsync(IPage page)
    {
        await page.CloseAsync();
        Assert.Empty(_errors);
    }

    private async Task WatchAsync(string address, int step)
    {
        var page = await OpenAsync(address);
        await Assertions.Expect(page.Locator(First).First).ToHaveAttributeAsync("data-newest", Number());
        var first = await page.Locator(First).First.EvaluateAsync<double[]>("c => [+c.dataset.to, +c.dataset.newest]");
        var longer = new PageWaitForFunctionOptions { Timeout = 90_000 };
        await page.WaitForFunctionAsync("first => document.querySelector('pp-chart').dataset.to - first >= 30000", first[0], longer);
        await page.WaitForFunctionAsync(IsAtTheClock, step, longer);
        await page.WaitForFunctionAsync("first => document.querySelector('pp-chart').dataset.newest - first >= 25000", first[1], longer);
        await EndAsync(page);
    }

    [GeneratedRegex(@"^\d+$")]
    private static partial Regex Number();

    [GeneratedRegex(@"from=\d+&to=\d+")]
    private static partial Regex Zoomed();
}
