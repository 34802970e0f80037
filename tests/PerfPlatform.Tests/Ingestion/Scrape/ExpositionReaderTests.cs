using FsCheck;
using FsCheck.Xunit;
using PerfPlatform.Ingestion.Scrape.Exposition;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Scrape;

public sealed class ExpositionReaderTests
{
    // The examples of the format's own pages.
    private const string TextPage = """
        # HELP http_requests_total The total number of HTTP requests.
        # TYPE http_requests_total counter
        http_requests_total{method="post",code="200"} 1027 1395066363000
        http_requests_total{method="post",code="400"}    3 1395066363000

        # Escaping in label values:
        msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
        # Minimalistic line:
        metric_without_timestamp_and_labels 12.47
        something_weird{problem="division by zero"} +Inf -3982045
        rpc_duration_seconds{quantile="0.01"} 3102
        rpc_duration_seconds_sum 1.7560473e+07
        """;

    [Fact]
    public void TryRead_PageOfTheDocumentation_IsItsSamples()
    {
        var samples = ExpositionReference.ReadFast(TextPage, openMetrics: false);
        Assert.Equal(
            [
                Sample("http_requests_total", 1027, 1395066363000, ("method", "post"), ("code", "200")),
                Sample("http_requests_total", 3, 1395066363000, ("method", "post"), ("code", "400")),
                Sample("msdos_file_access_time_seconds", 1.458255915e9, null, ("path", @"C:\DIR\FILE.TXT"), ("error", "Cannot find file:\n\"FILE.TXT\"")),
                Sample("metric_without_timestamp_and_labels", 12.47, null),
                Sample("something_weird", double.PositiveInfinity, -3982045, ("problem", "division by zero")),
                Sample("rpc_duration_seconds", 3102, null, ("quantile", "0.01")),
                Sample("rpc_duration_seconds_sum", 1.7560473e+07, null),
            ],
            samples);
        Assert.Equal(samples, new ExpositionReference(TextPage, false).Read());
    }

    [Fact]
    public void TryRead_OpenMetricsPage_IsItsSamplesWithoutExemplars()
    {
        const string page = "# TYPE foo histogram\nfoo_bucket{le=\"1.0\"} 8 # {} 0.67\nfoo_bucket{le=\"10.0\"} 10 1520879607.789 # {trace_id=\"a } # \\\" b\"} 9.8 1520879607.7\n{\"my.metric\",\"k.e\"=\"v\"} 1\n# EOF\n";
        Assert.Equal(
            [Sample("foo_bucket", 8, null, ("le", "1.0")), Sample("foo_bucket", 10, 1520879607789, ("le", "10.0")), Sample("my.metric", 1, null, ("k.e", "v"))],
            ExpositionReference.ReadFast(page, openMetrics: true));
    }

    [Theory]
    [InlineData("up 1", true, 1, "# EOF")]
    [InlineData("up 1\n# EOF\nup 2\n", true, 3, "more after # EOF")]
    [InlineData("a 1\n<html>", false, 2, "a metric's name")]
    [InlineData("a 1\nb\n", false, 2, "not a number")]
    [InlineData("a high\n", false, 1, "not a number")]
    [InlineData("a{b=\"c\" 1\n", false, 1, "no end")]
    [InlineData("a{b=\"c\n\"} 1\n", false, 1, "no end")]
    [InlineData("a 1 yesterday\n", false, 1, "the time")]
    [InlineData("a 1 2 3\n", false, 1, "more after")]
    [InlineData("a 1 # {} 1\n", false, 1, "more after")]
    public void TryRead_BadPage_TellsTheLine(string page, bool openMetrics, int line, string error)
    {
        var reader = new ExpositionReader(System.Text.Encoding.UTF8.GetBytes(page), openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        while (reader.TryRead())
        {
        }

        Assert.Contains(error, reader.Error, StringComparison.Ordinal);
        Assert.Equal(line, reader.Line);
    }

    // DoNotSize: every page another, not the few small seeds.
    [Property(MaxTest = 20_000)]
    public void TryRead_AnyPage_IsAsTheReferenceReadsIt(DoNotSize<int> seed, bool openMetrics)
    {
        var page = ExpositionPages.Make(seed.Item, openMetrics);
        var expected = new ExpositionReference(page, openMetrics).Read();
        var read = ExpositionReference.ReadFast(page, openMetrics);
        Assert.True((expected is null) == (read is null) && (expected is null || expected.SequenceEqual(read!)), $"{page}\n--- expected\n{Text(expected)}\n--- read\n{Text(read)}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Make_ManySeeds_HasGoodAndBadPages(bool openMetrics)
    {
        var read = Enumerable.Range(0, 1000).Select(seed => new ExpositionReference(ExpositionPages.Make(seed, openMetrics), openMetrics).Read()).ToArray();
        Assert.InRange(read.Count(r => r is null), 100, 900);
        Assert.InRange(read.Sum(r => r?.Count ?? 0), 300, 5000);
    }

    private static string Text(List<ExpositionReference.Sample>? samples) => samples is null ? "bad" : string.Join('\n', samples);

    private static ExpositionReference.Sample Sample(string metric, double value, long? time, params (string, string)[] labels) => ExpositionReference.Sample.Of(metric, labels, time, value);
}
