using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Collectd;
using PerfPlatform.Ingestion.Intake;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Collectd;

public sealed class CollectdIntakeTests
{
    // As collectd 5.12 wrote it, but for host and time.
    private const string Load = """{"values":[15.39501953125,12.537109375,11.35107421875],"dstypes":["gauge","gauge","gauge"],"dsnames":["shortterm","midterm","longterm"],"time":1790000000.283,"interval":1.000,"host":"web-1","plugin":"load","plugin_instance":"","type":"load","type_instance":""}""";
    private const string Cpu = """{"values":[246381],"dstypes":["derive"],"dsnames":["value"],"time":1790000000.279,"interval":1.000,"host":"web-1","plugin":"cpu","plugin_instance":"1","type":"cpu","type_instance":"steal"}""";

    private readonly IntakeHarness _harness = new();

    [Fact]
    public void Read_WhatCollectdSends_IsASeriesPerDataSource()
    {
        var (samples, request) = Read($"[{Load},{Cpu}]");
        Assert.Equal(
            [
                ("collectd.load.load.shortterm", "{host.name=\"web-1\"}", 1_790_000_000_283, 15.39501953125),
                ("collectd.load.load.midterm", "{host.name=\"web-1\"}", 1_790_000_000_283, 12.537109375),
                ("collectd.load.load.longterm", "{host.name=\"web-1\"}", 1_790_000_000_283, 11.35107421875),
                ("collectd.cpu.cpu", "{host.name=\"web-1\", plugin_instance=\"1\", type_instance=\"steal\"}", 1_790_000_000_279, 246381),
            ],
            samples.Select(s => (s.Metric, s.Labels, s.Time, s.Value)));
        Assert.Equal([MetricKind.Gauge, MetricKind.Gauge, MetricKind.Gauge, MetricKind.Counter], _harness.Build(request)[0].Series.ToArray().Select(s => s.Descriptor!.Kind));
        Assert.Equal(0, request.Rejections.Total);
    }

    [Fact]
    public void Read_AbsoluteValues_AreStoredAsTheirSum()
    {
        string Absolute(int value, int second) => Cpu.Replace("derive", "absolute", StringComparison.Ordinal).Replace("246381", $"{value}", StringComparison.Ordinal).Replace("000.279", $"00{second}.279", StringComparison.Ordinal);
        var (samples, request) = Read($"[{Absolute(5, 1)},{Absolute(7, 2)},{Absolute(0, 3)}]");
        Assert.Equal([5.0, 12, 12], samples.Select(s => s.Value));
        Assert.Equal(MetricKind.Counter, _harness.Build(request)[0].Series[0].Descriptor!.Kind);
        (samples, request) = Read($"[{Absolute(-5, 4)}]");
        Assert.Empty(samples);
        Assert.Contains("an absolute value is negative", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NullAmongValues_IsLeftOut()
    {
        var (samples, request) = Read($"[{Load.Replace("12.537109375", "null", StringComparison.Ordinal)}]");
        Assert.Equal(["collectd.load.load.shortterm", "collectd.load.load.longterm"], samples.Select(s => s.Metric));
        Assert.Equal(0, request.Rejections.Total);
    }

    [Fact]
    public void Read_TypeThatTurnsFromGaugeToDerive_IsNotTakenForTheOld()
    {
        var (_, first) = Read($"[{Cpu.Replace("derive", "gauge", StringComparison.Ordinal)}]");
        Assert.Equal(MetricKind.Gauge, _harness.Build(first)[0].Series[0].Descriptor!.Kind);
        Assert.Equal(246381, Assert.Single(Read($"[{Cpu}]").Samples).Value);
    }

    [Theory]
    [InlineData("\"values\":[246381]", "\"values\":[246381,1]", "not equally long", 2)]
    [InlineData("\"values\":[246381]", "\"values\":[]", "no 'values'", 1)]
    [InlineData("\"values\":[246381]", "\"values\":7", "'values' is not an array", 1)]
    [InlineData("\"values\":[246381]", "\"values\":[[1]]", "a value is not a number", 1)]
    [InlineData("246381", "1e999", "a value is not a number", 1)]
    [InlineData("\"derive\"", "\"rate\"", "not gauge, derive, counter or absolute", 1)]
    [InlineData("[\"value\"]", "[7]", "'dsnames' is not a string", 1)]
    [InlineData("1790000000.279", "\"now\"", "'time' is not a number of seconds", 1)]
    [InlineData("1790000000.279", "1e300", "'time' is not a number of seconds", 1)]
    [InlineData("1790000000.279", "0", "ago", 1)]
    [InlineData("\"plugin\":\"cpu\"", "\"plugin\":\"\"", "no 'plugin'", 1)]
    [InlineData("\"type\":\"cpu\"", "\"other\":\"cpu\"", "no 'type'", 1)]
    [InlineData("\"host\":\"web-1\"", "\"host\":7", "'host' is not a string", 1)]
    [InlineData("\"plugin\":\"cpu\"", "\"plugin\":\"c\\u0001\"", "control character", 1)]
    public void Read_BadList_IsRefusedAndTheOthersAreTaken(string good, string bad, string reason, int count)
    {
        var (samples, request) = Read($"[{Load},{Cpu.Replace(good, bad, StringComparison.Ordinal)},{Cpu}]");
        Assert.Equal(4, samples.Count);
        Assert.Equal(count, request.Rejections.Total);
        Assert.Contains(reason, request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{]")]
    [InlineData("[] x")]
    [InlineData("[" + Cpu)]
    [InlineData("""[{"host":"\ud800"}]""")]
    public void Read_OtherBody_IsRefusedWhole(string json) => Assert.Throws<IntakeFormatException>(() => Read(json));

    [Property(MaxTest = 2000)]
    public void Read_AnyLists_AreAsTheReferenceReadsThem(DoNotSize<int> seed)
    {
        var json = JsonSerializer.Serialize(ValueLists(new Random(seed.Item)));
        Assert.Equal(CollectdReference.Samples(json).OrderBy(s => s.ToString(), StringComparer.Ordinal), Read(json).Samples.OrderBy(s => s.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public void Read_MutatedBodies_AreTakenOrRefused() => HostileBodiesTests.Assault(
        HostileBodiesTests.Harness(), Encoding.UTF8.GetBytes($"[{Load},{Cpu.Replace("derive", "absolute", StringComparison.Ordinal).Replace("steal", "\\u00e9\\n", StringComparison.Ordinal)}]"), (body, request) => new CollectdIntake().Read(body, request));

    [Fact]
    public void Read_KnownSeries_AllocatesTheColumnsAndNothingPerList()
    {
        const int series = 2000;
        var body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, series).Select(i => Cpu.Replace("steal", $"s{i}", StringComparison.Ordinal))) + "]");
        var intake = new CollectdIntake();
        for (var i = 0; i < 20; i++) intake.Read(body, _harness.Begin(series));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = _harness.Begin(series);
        intake.Read(body, request);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(series, request.Accepted);
        // The columns go to the batch: 24 bytes a series, 8 a time, 8 a value. All else is a few objects a request.
        const int columns = series * (24 + 8 + 8);
        Assert.InRange(allocated - columns, 0, 2000);
    }

    private static List<Dictionary<string, object>> ValueLists(Random random)
    {
        string[] texts = ["", "a", "é\n", "x \"y\"", "0", "<b>"];
        string Text(int from) => texts[random.Next(from, texts.Length)];
        string[] Pick(int count, params string[] from) => [.. Enumerable.Range(0, count).Select(_ => from[random.Next(from.Length)])];
        return [.. Enumerable.Range(0, random.Next(6)).Select(_ =>
        {
            var count = random.Next(1, 4);
            var list = new Dictionary<string, object>
            {
                ["values"] = Enumerable.Range(0, count).Select(i => random.Next(5) == 0 ? null : (double?)(random.NextDouble() * Math.Pow(10, random.Next(-5, 20)))).ToArray(),
                ["dstypes"] = Pick(count - random.Next(8) / 7, "gauge", "derive", "counter"),
                ["dsnames"] = Pick(count, "value", "rx", "tx"),
                ["time"] = (IntakeHarness.Now - random.Next(100_000)) / 1000.0,
                ["interval"] = 10.0,
                ["host"] = Text(0),
                ["plugin"] = texts[random.Next(2) == 0 ? 1 : 4],
                ["plugin_instance"] = Text(0),
                ["type"] = texts[random.Next(2) == 0 ? 3 : 5],
                ["type_instance"] = Text(0),
                ["meta"] = new { deep = new[] { new { x = 1 } } },
            };
            return list.OrderBy(_ => random.Next()).ToDictionary(p => p.Key, p => p.Value);
        })];
    }

    private (IReadOnlyList<TakenSample> Samples, IntakeRequest Request) Read(string json)
    {
        var request = _harness.Begin();
        new CollectdIntake().Read(Encoding.UTF8.GetBytes(json), request);
        return (_harness.Samples(request), request);
    }
}
