using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using PerfPlatform.Contracts;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>Two of Ingestion, Web and Reports behind a plain balancer, of which one of each is killed, then the other.</summary>
public sealed class SeveralOfEachTests(SeveralOfEach product, Browser browser) : IClassFixture<SeveralOfEach>, IClassFixture<Browser>
{
    private static readonly string[] Doubled = [ResourceNames.Ingestion, ResourceNames.Web, ResourceNames.Reports];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private long _rounds;
    private long _sum;

    [Fact]
    public async Task OneOfEachKilledThenTheOther_UnderLoad_LosesNothingAndAnswers()
    {
        var id = Guid.NewGuid().ToString("N");
        using var api = SeveralOfEach.Client(product.Web);
        using var sending = new CancellationTokenSource();
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 600_000;
        var senders = Enumerable.Range(0, 3).Select(s => SendAsync(id, s, start, sending.Token)).ToList();
        await MoreAsync(20);

        for (var replica = 0; replica < 2; replica++)
        {
            using var asked = await Wait.ForAsync(
                "a report is asked for", () => api.PostAsJsonAsync("/api/v1/reports", new { kind = "performance", from = "now-1h", to = "now", format = "json" }), answer => answer.StatusCode == HttpStatusCode.Accepted);
            await Task.WhenAll(Doubled.Select(service => product.KillAsync(service, replica)));
            await MoreAsync(50);
            await Wait.ForAsync("the report, of whichever process", () => api.GetFromJsonAsync<JsonElement>(asked.Headers.Location), report => report.GetProperty("status").GetString() == "done", Patience, product.Output);
            await Wait.ForAsync("its file", async () => (await api.GetAsync(asked.Headers.Location + "/download")).StatusCode, status => status == HttpStatusCode.OK, Patience);
            await Task.WhenAll(Doubled.Select(service => product.StartAsync(service, replica)));
        }

        await MoreAsync(20);
        await sending.CancelAsync();
        await Task.WhenAll(senders);
        var (rounds, sum) = (Interlocked.Read(ref _rounds), Interlocked.Read(ref _sum));
        Assert.True(rounds > 100, $"Only {rounds} requests were acknowledged: no load.");
        await Wait.ForAsync("every acknowledged sample once", () => AskAsync(api, $"several.level.{id}", start, "agg=count"), count => count == rounds, Patience, () => $"acknowledged: {rounds}\n{product.Output()}");
        await Wait.ForAsync("the growth is the sum of the deltas", () => AskAsync(api, $"several.requests.{id}", start, "fn=increase&agg=sum"), growth => growth == sum, Patience, () => $"sent: {sum}");
    }

    [Fact]
    public async Task Page_WhoseReplicaIsKilled_ComesBackByItselfAndIsTrue()
    {
        var host = "several-" + Guid.NewGuid().ToString("N");
        var cpu = 0.25;
        using var intake = SeveralOfEach.Client(product.Ingestion);
        using var api = SeveralOfEach.Client(product.Web);
        using var end = new CancellationTokenSource();
        var sending = StandaloneProduct.RepeatAsync(() => CpuAsync(intake, host, Volatile.Read(ref cpu)), end.Token);
        await api.KnowsHostAsync(host);
        var page = await browser.SignedInAsync(product.Web.Address, "admin", SeveralOfEach.Password);
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(request.Url);
        await page.GotoAsync("/?host=" + host);
        await ShowsAsync(page, "25");

        for (var replica = 0; replica < 2; replica++)
        {
            await product.KillAsync(ResourceNames.Web, replica);
            Volatile.Write(ref cpu, replica == 0 ? 0.5 : 0.75);
            await ShowsAsync(page, replica == 0 ? "50" : "75");
            await product.StartAsync(ResourceNames.Web, replica);
        }

        // Nobody has asked how to connect: the answer would hold at the replica that gave it only.
        Assert.DoesNotContain(asked, url => url.Contains("negotiate", StringComparison.Ordinal));
        Assert.Contains(asked, url => url.EndsWith("/?host=" + host, StringComparison.Ordinal));

        // What the server draws has its connection too: a form is taken, still signed in.
        await page.GotoAsync("/settings/keys");
        await Assertions.Expect(page.Locator("section[aria-label='Keys'] table")).ToBeVisibleAsync();
        await page.FillAsync("form.panel input[maxlength='100']", host);
        await page.ClickAsync("form.panel button.primary");
        await Assertions.Expect(page.Locator("section.created")).ToContainTextAsync(host, new LocatorAssertionsToContainTextOptions { Timeout = (float)Patience.TotalMilliseconds });
        await page.CloseAsync();
        await end.CancelAsync();
        await sending;
    }

    // The number that was sent last, live, and panels that have news.
    private static async Task ShowsAsync(IPage page, string percent)
    {
        var timeout = (float)Patience.TotalMilliseconds;
        await Assertions.Expect(page.Locator("pp-bar[aria-label^='CPU']")).ToContainTextAsync(percent, new LocatorAssertionsToContainTextOptions { Timeout = timeout });
        await Assertions.Expect(page.Locator("pp-status b")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = timeout });
        await Assertions.Expect(page.Locator("section[aria-label='Component health'] h2 .claim")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = timeout });
        await Assertions.Expect(page.Locator(".reconnect")).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = timeout });
        await Assertions.Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
    }

    private static async Task CpuAsync(HttpClient intake, string host, double value)
    {
        try
        {
            using var sent = await intake.PostAsJsonAsync("/api/v1/samples", new { samples = new[] { new { metric = "system.cpu.utilization", labels = new Dictionary<string, string> { ["host.name"] = host }, value } } });
        }
        catch (HttpRequestException)
        {
            // The next one follows.
        }
    }

    // A delta and a level a round, at times of their own; what got no 2xx is sent again until it gets one, wherever the balancer takes it.
    private async Task SendAsync(string id, int sender, long start, CancellationToken end)
    {
        using var intake = SeveralOfEach.Client(product.Ingestion);
        for (var round = 1; !end.IsCancellationRequested; round++)
        {
            var body = Body(id, sender, start + (round * 10), round);
            await Wait.ForAsync("a request is taken", async () =>
            {
                using var content = new StringContent(body, null, "application/json");
                using var sent = await intake.PostAsync("/v1/metrics", content, CancellationToken.None);
                // A partial success would have a text.
                return (sent.StatusCode, Text: await sent.Content.ReadAsStringAsync(CancellationToken.None));
            }, answer => answer is (HttpStatusCode.OK, "{}"), Patience, product.Output);
            Interlocked.Increment(ref _rounds);
            Interlocked.Add(ref _sum, round);
        }
    }

    private Task MoreAsync(int rounds)
    {
        var enough = Interlocked.Read(ref _rounds) + rounds;
        return Wait.ForAsync($"{rounds} rounds more", () => Interlocked.Read(ref _rounds) >= enough, Patience, product.Output);
    }

    private static string Body(string id, int sender, long time, int delta)
    {
        static string Nanoseconds(long milliseconds) => milliseconds.ToString(CultureInfo.InvariantCulture) + "000000";
        var attributes = new[] { new { key = "sender", value = new { stringValue = sender.ToString(CultureInfo.InvariantCulture) } } };
        return JsonSerializer.Serialize(new
        {
            resourceMetrics = new[]
            {
                new
                {
                    scopeMetrics = new[]
                    {
                        new
                        {
                            metrics = new object[]
                            {
                                new { name = "several.level." + id, gauge = new { dataPoints = new[] { new { timeUnixNano = Nanoseconds(time), asDouble = delta, attributes } } } },
                                new
                                {
                                    name = "several.requests." + id,
                                    sum = new { aggregationTemporality = 1, isMonotonic = true, dataPoints = new[] { new { startTimeUnixNano = Nanoseconds(time - 10), timeUnixNano = Nanoseconds(time), asInt = delta.ToString(CultureInfo.InvariantCulture), attributes } } },
                                },
                            },
                        },
                    },
                },
            },
        });
    }

    private static async Task<double> AskAsync(HttpClient api, string metric, long start, string question)
    {
        var answer = await api.GetFromJsonAsync<JsonElement>($"/api/v1/query?metric={metric}&from={start}&to={start + 3_600_000}&step=1h&{question}&by=&reduce=sum");
        return answer.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray()).Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => v.GetDouble());
    }
}
