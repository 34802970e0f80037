using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerfPlatform.Integration.Tests.Ingestion.Prometheus;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Scrape;

/// <summary>The product as a user starts it scrapes the real node exporter; every page that it was given is compared with what it stored.</summary>
public sealed partial class NodeExporterScrapeTests
{
    [Fact]
    public async Task Scrape_OfNodeExporter_StoresEveryPageAndEndsItWhenItGoesAway()
    {
        await using var product = await ProductWithExporter.StartAsync();
        var (reader, exporter) = (product.Reader, product.Exporter);
        await using var recording = await RecordingExporter.StartAsync(new Uri(exporter.Address, "metrics"));

        using var added = await reader.PostAsJsonAsync(
            new Uri("api/v1/scrape/targets", UriKind.Relative),
            new { job = "node", target = recording.Target, interval = "1s", timeout = "1s", labels = new { site = "Köln \"1\"" } });
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        var address = new Uri(added.Headers.Location!.ToString(), UriKind.Relative);
        var target = $$"""{instance={{recording.Target}},job=node,site=Köln "1"}""";

        List<long> times = [];
        await Wait.ForAsync("3 good scrapes", async () =>
        {
            var up = (await StoredSeries.ReadAsync(reader, "up", Ago(), Future())).GetValueOrDefault("up" + target);
            times = [.. up?.Where(s => s.Value == 1).Select(s => s.Key) ?? []];
            return times.Count >= 3;
        });

        // Which page it was tells the exporter's own clock: one that came too late was given and not stored.
        var given = recording.Given.Select(given => ExporterPage.Parse(given.Page, recording.Target)).ToDictionary(page => page["node_time_seconds" + target]);
        var clock = (await StoredSeries.ReadAsync(reader, "node_time_seconds", times[0], times[2] + 1)).Single().Value;
        var pages = times.Take(3).Select(time => given[clock[time]]).ToList();
        Assert.True(pages[0].Count > 300, $"The exporter has only {pages[0].Count} series");
        var metrics = pages.SelectMany(page => page.Keys).Select(key => key[..key.IndexOf('{', StringComparison.Ordinal)]).ToHashSet();
        foreach (var metric in metrics)
        {
            var stored = await StoredSeries.ReadAsync(reader, metric, times[0], times[2] + 1);
            for (var i = 0; i < 3; i++)
            {
                var expected = pages[i].Where(s => s.Key.StartsWith(metric + "{", StringComparison.Ordinal)).ToDictionary();
                var read = stored.Where(s => s.Value.ContainsKey(times[i])).ToDictionary(s => s.Key, s => s.Value[times[i]]);
                Assert.Equal(expected.OrderBy(s => s.Key, StringComparer.Ordinal), read.Where(s => expected.ContainsKey(s.Key) || !double.IsNaN(s.Value)).OrderBy(s => s.Key, StringComparer.Ordinal));
            }
        }

        var scraped = (await StoredSeries.ReadAsync(reader, "scrape_samples_scraped", times[0], times[2] + 1))["scrape_samples_scraped" + target];
        Assert.Equal(pages.Select(page => (double)page.Count), times.Take(3).Select(time => scraped[time]));
        await AssertKindsAsync(reader, recording.Given.First().Page);

        // The exporter goes away: up is 0, its series end, and the API says why.
        await exporter.DisposeAsync();
        await recording.DisposeAsync();
        await Wait.ForAsync("the target is down", async () => (await StoredSeries.ReadAsync(reader, "up", times[2], Future()))["up" + target].Last().Value == 0);
        await Wait.ForAsync("its series end", () => StoredSeries.HasEndedAsync(reader, "node_load1", "job=node", times[0], Future()));
        Assert.False(await StoredSeries.HasEndedAsync(reader, "up", "job=node", times[0], Future()));
        await Wait.ForAsync("the API says why", async () =>
        {
            using var document = JsonDocument.Parse(await reader.GetStringAsync(address));
            var state = document.RootElement.GetProperty("state");
            return !state.GetProperty("up").GetBoolean() && state.GetProperty("error").GetString() == "no connection: ConnectionRefused";
        });

        // The target is removed: what was said of it ends too.
        using var removed = await reader.DeleteAsync(address);
        Assert.True(removed.IsSuccessStatusCode);
        await Wait.ForAsync("up ends", () => StoredSeries.HasEndedAsync(reader, "up", "job=node", times[0], Future()));
    }

    private static long Ago() => TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeMilliseconds();

    private static long Future() => TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();

    private static async Task AssertKindsAsync(HttpClient reader, string page)
    {
        var expected = Types().Matches(page).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.True(expected.Count > 100, $"The page has only {expected.Count} types");
        using var document = JsonDocument.Parse(await reader.GetStringAsync(new Uri("api/v1/metrics?search=node_&limit=1000", UriKind.Relative)));
        var kinds = document.RootElement.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("metric").GetString()!, item => item.GetProperty("kind").GetString());
        Assert.Equal([], expected.Where(type => kinds.TryGetValue(type.Key, out var kind) && kind != type.Value).Select(type => $"{type.Key} is {kinds[type.Key]}, not {type.Value}"));
    }

    [GeneratedRegex(@"^# TYPE (node_\w+) (counter|gauge)$", RegexOptions.Multiline)]
    private static partial Regex Types();
}
