using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Json;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Tests.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Json;

public sealed class SamplesReaderTests
{
    private readonly IntakeHarness _harness = new();

    [Fact]
    public void Read_SampleOfTheDocumentation_IsTakenIn()
    {
        var (request, refusals) = Read("""{"samples":[{"metric":"queue.size","labels":{"component":"ocr"},"time":1790000000000,"value":12.5,"kind":"gauge","unit":"1"}]}""");
        Assert.Equal(new TakenSample("queue.size", "{component=\"ocr\"}", 1_790_000_000_000, BitConverter.DoubleToInt64Bits(12.5)), Assert.Single(_harness.Samples(request)));
        var series = _harness.Build(request)[0].Series[0].Descriptor!;
        Assert.Equal((MetricKind.Gauge, "1"), (series.Kind, series.Unit));
        Assert.Empty(refusals);
    }

    [Theory]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"+Inf\"", double.PositiveInfinity)]
    [InlineData("\"-Inf\"", double.NegativeInfinity)]
    [InlineData("-1.5e-3", -0.0015)]
    [InlineData("7", 7)]
    public void Read_Value_IsThatNumber(string json, double expected)
    {
        var (request, _) = Read($$"""{"samples":[{"metric":"m","value":{{json}}}]}""");
        Assert.Equal(expected, Assert.Single(_harness.Samples(request)).Value);
    }

    [Theory]
    [InlineData("1790000000123", 1_790_000_000_123)]
    [InlineData("\"2026-09-21T14:13:20.5Z\"", 1_790_000_000_500)]
    [InlineData("\"2026-09-21T16:13:20+02:00\"", 1_790_000_000_000)]
    [InlineData("null", IntakeHarness.Now)]
    public void Read_Time_IsMillisecondsOrRfc3339OrNow(string json, long expected)
    {
        var (request, _) = Read($$"""{"samples":[{"metric":"m","value":1,"time":{{json}}}]}""");
        Assert.Equal(expected, Assert.Single(_harness.Samples(request)).Time);
    }

    [Theory]
    [InlineData("""{"value":1}""", "no 'metric'")]
    [InlineData("""{"metric":"m"}""", "no 'value'")]
    [InlineData("""{"metric":"m","value":"high"}""", "\"NaN\"")]
    [InlineData("""{"metric":"m","value":1e999}""", "double can hold")]
    [InlineData("""{"metric":"m","value":true}""", "not a number")]
    [InlineData("""{"metric":7,"value":1}""", "'metric' is not a string")]
    [InlineData("""{"metric":"m","value":1,"time":"yesterday"}""", "RFC 3339")]
    [InlineData("""{"metric":"m","value":1,"time":1.5}""", "RFC 3339")]
    [InlineData("""{"metric":"m","value":1,"time":0}""", "ago")]
    [InlineData("""{"metric":"m","value":1,"labels":[1]}""", "'labels' is not an object")]
    [InlineData("""{"metric":"m","value":1,"labels":{"a":{"b":1}}}""", "label's value is not a string")]
    [InlineData("""{"metric":"m","value":1,"labels":{"a":"1","a":"2"}}""", "comes twice")]
    [InlineData("""{"metric":"m","value":1,"labels":{"":"1"}}""", "no name")]
    [InlineData("""{"metric":"m","value":1,"labels":{"__name__":"x"}}""", "__name__")]
    [InlineData("""{"metric":"m","value":1,"kind":"histogram"}""", "'kind'")]
    [InlineData("""{"metric":"m","value":1,"tags":{"a":[{}]}}""", "'tags' is not a field")]
    [InlineData("""{"metric":"a\u0001b","value":1}""", "control character")]
    public void Read_BadSample_IsRefusedByIndexAndTheOthersAreTaken(string sample, string reason)
    {
        var (request, refusals) = Read($$"""{"samples":[{"metric":"first","value":1},{{sample}},{"metric":"last","value":2}]}""");
        Assert.Equal(["first", "last"], _harness.Samples(request).Select(s => s.Metric));
        var refusal = Assert.Single(refusals);
        Assert.Equal(1, refusal.Index);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(1, request.Rejections.Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"samples":{}}""")]
    [InlineData("""{"samples":[1]}""")]
    [InlineData("""{"samples":[{"metric":"m","value":1}""")]
    [InlineData("""{"samples":[{"metric":"m","value":1}]} x""")]
    [InlineData("""{"samples":[{"metric":"\ud800","value":1}]}""")]
    [InlineData("""{"other":[1],"samples":[]}""")]
    public void Read_OtherBody_IsRefusedWhole(string json) => Assert.Throws<IntakeFormatException>(() => Read(json));

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Read_WhatASerializerWrites_ComesBack(LabelSet labels, NormalFloat value, byte copies)
    {
        var wanted = labels.Where(l => l.Value.Length > 0).ToArray();
        var sample = new { metric = "größe.\"x\"", labels = labels.ToDictionary(l => l.Name, l => l.Value), time = IntakeHarness.Now, value = value.Get };
        var (request, refusals) = Read(JsonSerializer.Serialize(new { samples = Enumerable.Repeat(sample, copies) }));
        Assert.Empty(refusals);
        var expected = new TakenSample("größe.\"x\"", LabelSet.From(wanted).ToString(), IntakeHarness.Now, BitConverter.DoubleToInt64Bits(value.Get));
        Assert.Equal(Enumerable.Repeat(expected, copies), _harness.Samples(request));
        if (copies > 0) Assert.Single(_harness.Build(request)[0].Series.ToArray());
    }

    private (IntakeRequest Request, IReadOnlyList<SampleRefusal> Refusals) Read(string json)
    {
        var request = _harness.Begin();
        var refusals = new SampleRefusals();
        new SamplesReader(Encoding.UTF8.GetBytes(json), request, new KeyBuffer(), refusals).Read();
        return (request, refusals.Listed);
    }
}
