using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Scrape.Targets;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Scrape;

public sealed class TargetScraperTests : IDisposable
{
    private const long StaleBits = 0x7ff0000000000002;
    private const string Target = "{instance=\"web-1:9100\", job=\"node\"}";

    private ScrapeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Scrape_GoodPage_StoresItWithTheLabelsOfTheTargetAndHowItWent()
    {
        _bench.Answer = _ => ScrapeBench.Page("# TYPE a counter\na{x=\"1\"} 5\nb 2 1789999999000\n");
        var stored = await _bench.ScrapeAsync();
        Assert.Equal(
            ["a{instance=\"web-1:9100\", job=\"node\", x=\"1\"}", "b" + Target, "scrape_duration_seconds" + Target, "scrape_samples_post_metric_relabeling" + Target, "scrape_samples_scraped" + Target, "scrape_series_added" + Target, "up" + Target],
            stored.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((5.0, 2.0, 1.0, 2.0, 2.0, 1.0), (stored["a{instance=\"web-1:9100\", job=\"node\", x=\"1\"}"], stored["b" + Target], stored["up" + Target],
            stored["scrape_samples_scraped" + Target], stored["scrape_samples_post_metric_relabeling" + Target], stored["scrape_series_added" + Target]));
        Assert.Equal((ScrapeBench.Start, 1_789_999_999_000), (_bench.Stored.Single(s => s.Metric == "a").Time, _bench.Stored.Single(s => s.Metric == "b").Time));
        Assert.Equal((true, 2, (string?)null), (_bench.Scraper.State!.Up, _bench.Scraper.State.Samples, _bench.Scraper.State.Error));
        Assert.Equal(0, (await _bench.ScrapeAsync())["scrape_series_added" + Target]);
    }

    [Fact]
    public async Task Scrape_SeriesGoneFromThePage_EndsIt()
    {
        _bench.Answer = _ => ScrapeBench.Page("a 1\nb 2\nwith_time 3 1789999999000\n");
        await _bench.ScrapeAsync();
        _bench.Answer = _ => ScrapeBench.Page("c 3\na 1\n");
        var stored = await _bench.ScrapeAsync();
        Assert.Equal(StaleBits, BitConverter.DoubleToInt64Bits(stored["b" + Target]));
        // A series with times of its own ends when no more come.
        Assert.DoesNotContain("with_time" + Target, stored.Keys);
        Assert.Equal((1.0, 3.0, 1.0, 1.0), (stored["a" + Target], stored["c" + Target], stored["up" + Target], stored["scrape_series_added" + Target]));
        Assert.DoesNotContain("b" + Target, (await _bench.ScrapeAsync()).Keys);
    }

    [Theory]
    [InlineData("status", "the answer was 500, not 200")]
    [InlineData("refused", "no connection: ConnectionRefused")]
    [InlineData("broken", "line 2 of the page cannot be read")]
    [InlineData("labels", "line 2 of the page cannot be read: its labels")]
    [InlineData("large", "larger than 2000 bytes")]
    [InlineData("many", "more than 3 samples")]
    [InlineData("gzip", "says gzip and is not")]
    [InlineData("cut", "does not end with # EOF")]
    public async Task Scrape_TargetThatIsDown_EndsEverySeriesAndSaysWhy(string fault, string error)
    {
        _bench.Dispose();
        _bench = new ScrapeBench(new ScrapeTargetDefinition { Job = "node", Target = "web-1:9100", MaxSamples = 3, MaxBodyBytes = 2000 });
        _bench.Answer = _ => ScrapeBench.Page("a 1\nb 2\n");
        await _bench.ScrapeAsync();
        _bench.Answer = _ => fault switch
        {
            "status" => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("secret") },
            "refused" => throw new HttpRequestException("x", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)),
            "broken" => ScrapeBench.Page("a 2\n<html>\n"),
            "labels" => ScrapeBench.Page("a 2\nb{x} 1\n"),
            "large" => ScrapeBench.Page("# " + new string('x', 2000)),
            "many" => ScrapeBench.Page("a 1\nb 2\nc 3\nd 4\n"),
            "gzip" => Encoded(ScrapeBench.Page("a 1\n"), "gzip"),
            _ => ScrapeBench.Page("a 1\nb 2\n", "application/openmetrics-text; version=1.0.0"),
        };
        var stored = await _bench.ScrapeAsync();
        Assert.Equal(StaleBits, BitConverter.DoubleToInt64Bits(stored["a" + Target]));
        Assert.Equal(StaleBits, BitConverter.DoubleToInt64Bits(stored["b" + Target]));
        Assert.Equal((0.0, 0.0, 7), (stored["up" + Target], stored["scrape_samples_scraped" + Target], stored.Count));
        Assert.False(_bench.Scraper.State!.Up);
        Assert.Contains(error, _bench.Scraper.State.Error, StringComparison.Ordinal);
        _bench.Answer = _ => ScrapeBench.Page("a 1\nb 2\n");
        Assert.Equal((1.0, 2.0), ((await _bench.ScrapeAsync())["up" + Target], _bench.Stored.Single(s => s.Metric == "scrape_series_added").Value));
    }

    // What Prometheus takes for a bad page: half of it would look like series that ended.
    [Theory]
    [InlineData("b{x=\"1\",y=\"2\",x=\"3\"} 1", "line 2 of the page cannot be read: the label 'x' comes twice")]
    [InlineData("b{x=\"1\",x=\"\"} 1", "the label 'x' comes twice")]
    [InlineData("b{__name__=\"c\"} 1", "the label __name__ is the metric's name")]
    [InlineData("b{x=\"\u00ff\"} 1", "line 2 of the page cannot be read: the value of the label 'x' is not UTF-8")]
    [InlineData("b{\"\u00ff\"=\"x\"} 1", "a label's name is not UTF-8")]
    [InlineData("{\"\u00ff\"} 1", "the metric's name is not UTF-8")]
    [InlineData("# HELP b \u00ff\nb 1", "line 2 of the page cannot be read: the help text is not UTF-8")]
    public async Task Scrape_LabelsThatCannotBe_FailThePageAsAWhole(string line, string error)
    {
        _bench.Answer = _ => Bytes(Encoding.Latin1.GetBytes($"a 1\n{line}\nc 3\n"));
        var stored = await _bench.ScrapeAsync();
        Assert.Equal(0, stored["up" + Target]);
        Assert.DoesNotContain("a" + Target, stored.Keys);
        Assert.Contains(error, _bench.Scraper.State!.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u00ef\u00bb\u00bfa 1\n", "text/plain", "begins with a byte order mark (BOM)")]
    [InlineData("\u00ff\u00fea\0 \0", "text/plain", "is UTF-16")]
    [InlineData("\n <!doctype html><title>Sign in</title>", "text/plain", "the page is HTML")]
    [InlineData("Sign in!\n", "text/html; charset=utf-8", "the page is HTML")]
    public async Task Scrape_WhatIsNoPageOfMetrics_SaysWhatItIs(string page, string type, string error)
    {
        _bench.Answer = _ => Bytes(Encoding.Latin1.GetBytes(page), type);
        Assert.Equal(0, (await _bench.ScrapeAsync())["up" + Target]);
        Assert.Contains(error, _bench.Scraper.State!.Error, StringComparison.Ordinal);
        Assert.Contains("line ", _bench.Scraper.State.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_MetricsThatAreCalledHtml_AreTaken()
    {
        _bench.Answer = _ => ScrapeBench.Page("a 1\n", "text/html");
        Assert.Equal(1, (await _bench.ScrapeAsync())["up" + Target]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Scrape_PageThatDoesNotCome_GivesUpAfterTheTimeout()
    {
        var asked = new TaskCompletionSource();
        _bench.Answer = _ =>
        {
            asked.SetResult();
            return new HttpResponseMessage { Content = new StreamContent(new EndlessWait()) };
        };
        var scrape = _bench.Scraper.ScrapeAsync(ScrapeBench.Start, CancellationToken.None);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        _bench.Clock.Advance(TimeSpan.FromSeconds(10));
        await scrape.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("no page within 10s", _bench.Scraper.State!.Error);
        Assert.Equal(10, _bench.Stored.Single(s => s.Metric == "scrape_duration_seconds").Value);
    }

    [Fact]
    public async Task Scrape_Request_AsksAsPrometheusDoesWithTheCredentials()
    {
        _bench.Dispose();
        _bench = new ScrapeBench(new ScrapeTargetDefinition { Job = "node", Target = "web-1:9100", Path = "/probe?target=x", Username = "u", Password = "p" });
        _bench.Answer = _ => Encoded(ScrapeBench.Page("zipped 1\n"), "gzip", zip: true);
        Assert.Contains("zipped" + Target, (await _bench.ScrapeAsync()).Keys);
        var request = Assert.Single(_bench.Requests);
        Assert.Equal("http://web-1:9100/probe?target=x", request.RequestUri!.ToString());
        Assert.Equal(("gzip", "10", "Basic dTpw"), (request.Headers.AcceptEncoding.ToString(), request.Headers.GetValues("X-Prometheus-Scrape-Timeout-Seconds").Single(), request.Headers.Authorization!.ToString()));
        // The first is what is wanted most.
        var accepted = request.Headers.Accept.OrderByDescending(a => a.Quality).Select(a => a.MediaType).ToList();
        Assert.Equal(["application/openmetrics-text", "application/openmetrics-text", "text/plain", "text/plain", "*/*"], accepted);
        Assert.DoesNotContain("dTpw", _bench.Scraper.Target.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "{exported_instance=\"own\", exported_job=\"theirs\", instance=\"web-1:9100\", job=\"node\", site=\"x\"}")]
    [InlineData(true, "{instance=\"own\", job=\"theirs\", site=\"x\"}")]
    public async Task Scrape_LabelsThatBothHave_AreTheTargetsUnlessHonored(bool honor, string expected)
    {
        _bench.Dispose();
        _bench = new ScrapeBench(new ScrapeTargetDefinition { Job = "node", Target = "web-1:9100", HonorLabels = honor, Labels = new Dictionary<string, string> { ["site"] = "x" } });
        _bench.Answer = _ => ScrapeBench.Page("a{job=\"theirs\",instance=\"own\"} 1\n");
        Assert.Contains("a" + expected, (await _bench.ScrapeAsync()).Keys);
    }

    [Fact]
    public async Task Scrape_ExportedNameThatIsTaken_GetsOneMore()
    {
        _bench.Answer = _ => ScrapeBench.Page("a{job=\"theirs\",exported_job=\"older\"} 1\n");
        Assert.Contains("a{exported_exported_job=\"theirs\", exported_job=\"older\", instance=\"web-1:9100\", job=\"node\"}", (await _bench.ScrapeAsync()).Keys);
    }

    [Fact]
    public async Task Scrape_Metadata_IsKindUnitAndHelp()
    {
        _bench.Answer = _ => ScrapeBench.Page(
            """
            # HELP h Say \"hi\"\nthere
            # TYPE h_seconds histogram
            # UNIT h_seconds seconds
            h_seconds_bucket{le="+Inf"} 3
            h_seconds_sum 4.5
            h_seconds_count 3
            # TYPE c counter
            # HELP c Counts.
            c_total 1
            # TYPE g gauge
            g 1
            # TYPE s summary
            s{quantile="0.5"} 1
            other_total 1
            other 1
            # EOF

            """,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
        await _bench.ScrapeAsync();
        var described = new Dictionary<string, (MetricKind Kind, string Unit, string? Help)>();
        _bench.Cache.Redescribe(d =>
        {
            described[d.Metric.Value] = (d.Kind, d.Unit, d.Metadata["help"]);
            return d;
        });
        Assert.Equal((MetricKind.Counter, "", null), described["h_seconds_bucket"]);
        Assert.Equal((MetricKind.Counter, "seconds", null), described["h_seconds_sum"]);
        Assert.Equal((MetricKind.Counter, "", null), described["h_seconds_count"]);
        Assert.Equal((MetricKind.Counter, "", "Counts."), described["c_total"]);
        Assert.Equal(MetricKind.Gauge, described["g"].Kind);
        Assert.Equal(MetricKind.Gauge, described["s"].Kind);
        Assert.Equal(MetricKind.Counter, described["other_total"].Kind);
        Assert.Equal(MetricKind.Unknown, described["other"].Kind);
        Assert.Equal((MetricKind.Gauge, "s", null), described["scrape_duration_seconds"]);
    }

    [Fact]
    public async Task Scrape_CreatedTime_IsASampleOfZeroOnce()
    {
        const string page = "# TYPE c counter\nc_total{a=\"b\"} 7\nc_created{a=\"b\"} 1789999990.5\n# EOF\n";
        _bench.Answer = _ => ScrapeBench.Page(page, "application/openmetrics-text; version=1.0.0");
        await _bench.Scraper.ScrapeAsync(ScrapeBench.Start, CancellationToken.None);
        Assert.Equal([(1_789_999_990_500, 0.0), (ScrapeBench.Start, 7.0)], _bench.Stored.Where(s => s.Metric == "c_total").Select(s => (s.Time, s.Value)).Order());
        Assert.DoesNotContain(_bench.Stored, s => s.Metric == "c_created");
        Assert.Equal(7, (await _bench.ScrapeAsync())["c_total{a=\"b\", instance=\"web-1:9100\", job=\"node\"}"]);
    }

    [Fact]
    public async Task Scrape_MoreSeriesThanTheJobMayHave_StoresTheKnownOnesAndSaysSo()
    {
        _bench.Dispose();
        _bench = new ScrapeBench(limits: new IngestionOptions { MaxSeriesPerKey = 2 });
        _bench.Answer = _ => ScrapeBench.Page("a 1\nb 2\nc 3\n");
        var stored = await _bench.ScrapeAsync();
        Assert.Equal((3.0, 2.0, 1.0), (stored["scrape_samples_scraped" + Target], stored["scrape_samples_post_metric_relabeling" + Target], stored["up" + Target]));
        Assert.Contains("not all of the page is stored: 1 sample: the key has as many series", _bench.Scraper.State!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_SinkThatIsAway_IsTriedAgainUntilTheNextScrape()
    {
        _bench.Dispose();
        _bench = new ScrapeBench(new ScrapeTargetDefinition { Job = "node", Target = "web-1:9100", Interval = TimeSpan.FromHours(24) });
        _bench.SinkFailure = new SinkUnavailableException("away") { RetryAfter = TimeSpan.FromSeconds(2) };
        var scrape = _bench.Scraper.ScrapeAsync(ScrapeBench.Start, CancellationToken.None);
        // The page must have come before the clock goes on, or the target would seem too slow.
        await UntilAsync(() => _bench.Writes >= 1);
        await UntilAsync(() => _bench.Writes >= 3, () => _bench.Clock.Advance(TimeSpan.FromSeconds(2)));
        _bench.SinkFailure = null;
        await UntilAsync(() => scrape.IsCompleted, () => _bench.Clock.Advance(TimeSpan.FromSeconds(2)));
        await scrape;
        Assert.Equal(ScrapeBench.Start, _bench.Stored.Single(s => s.Metric == "up").Time);
        Assert.Null(_bench.Scraper.State!.Error);

        _bench.SinkFailure = new SinkUnavailableException("away") { RetryAfter = TimeSpan.FromSeconds(2) };
        _bench.Stored.Clear();
        var writes = _bench.Writes;
        scrape = _bench.Scraper.ScrapeAsync(_bench.Clock.GetUtcNow().ToUnixTimeMilliseconds(), CancellationToken.None);
        await UntilAsync(() => _bench.Writes > writes);
        await UntilAsync(() => scrape.IsCompleted, () => _bench.Clock.Advance(TimeSpan.FromHours(1)));
        await scrape;
        Assert.Empty(_bench.Stored);
        Assert.Contains("could not be made durable", _bench.Scraper.State!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_OfATarget_EndsItsSeriesAndWhatWasSaidOfIt()
    {
        _bench.Answer = _ => ScrapeBench.Page("a 1\n");
        await _bench.ScrapeAsync();
        _bench.Stored.Clear();
        await _bench.Scraper.EndAsync(CancellationToken.None);
        Assert.Equal(6, _bench.Stored.Count);
        Assert.All(_bench.Stored, s => Assert.Equal(StaleBits, s.Bits));
        Assert.Contains(_bench.Stored, s => s.Metric == "up");
    }

    [Fact]
    public async Task Run_WithDelays_ScrapesAtTheSamePlaceOfEveryInterval()
    {
        const int scrapes = 40, interval = 15_000;
        using var stop = new CancellationTokenSource();
        var run = _bench.Scraper.RunAsync(stop.Token);
        var offset = ScrapeSchedule.Offset("t", interval);
        var first = ScrapeSchedule.Next(ScrapeBench.Start, 0, interval, offset);
        for (var i = 0; i < scrapes; i++)
        {
            // A scrape sets one timer for its timeout, and one until the next: now it waits for that. Every timer comes late, and that must not add up.
            await UntilAsync(() => _bench.Clock.Timers == 1 + (2 * i));
            _bench.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(first + (i * interval) + (i * 37 % 50)));
        }

        await UntilAsync(() => _bench.Clock.Timers == 1 + (2 * scrapes));
        await stop.CancelAsync();
        await run;
        // Up to 10 ms late they have the planned time.
        Assert.Equal(
            Enumerable.Range(0, scrapes).Select(i => first + (i * interval) + (i * 37 % 50 <= 10 ? 0 : i * 37 % 50)),
            _bench.Stored.Where(s => s.Metric == "up").Select(s => s.Time));
    }

    [Fact]
    public async Task Scrape_KnownSeries_AllocatesTheColumnsAndNothingPerSample()
    {
        const int series = 2000;
        var page = string.Concat(Enumerable.Range(0, series).Select(i => $"cpu_seconds_total{{cpu=\"{i}\",mode=\"idle\"}} {i}.5\n"));
        _bench.Answer = _ => ScrapeBench.Page(page);
        await _bench.ScrapeAsync();
        var harness = new IntakeHarness();
        var intake = new PageIntake(_bench.Scraper.Target, new());
        var bytes = Encoding.UTF8.GetBytes(page);
        for (var i = 0; i < 3; i++)
        {
            intake.Read(bytes, default, IntakeHarness.Now, harness.Begin(series));
            intake.Seen.Compare(out _);
            intake.Seen.Commit();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = harness.Begin(series);
        intake.Read(bytes, default, IntakeHarness.Now, request);
        Assert.Equal(0, intake.Seen.Compare(out _));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(series, request.Accepted);
        const int columns = series * (24 + 8 + 8);
        Assert.InRange(allocated - columns, 0, 2000);
    }

    private static HttpResponseMessage Encoded(HttpResponseMessage page, string encoding, bool zip = false)
    {
        if (zip)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) page.Content.ReadAsStream().CopyTo(gzip);
            page = new HttpResponseMessage { Content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } } };
        }

        page.Content.Headers.ContentEncoding.Add(encoding);
        return page;
    }

    private static HttpResponseMessage Bytes(byte[] page, string type = "text/plain") =>
        new() { Content = new ByteArrayContent(page) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } } };

    private static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "It does not go on");
            meanwhile?.Invoke();
            await Task.Delay(1);
        }
    }

    private sealed class EndlessWait : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
