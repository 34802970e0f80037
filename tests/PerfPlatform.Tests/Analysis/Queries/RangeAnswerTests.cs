using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>The answer that is written by hand is the one that the serializer writes of the same result.</summary>
public sealed class RangeAnswerTests
{
    private static readonly DateTimeOffset From = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ColumnPieces.Length)]
    [InlineData((2 * ColumnPieces.Length) + 1)]
    public async Task ExecuteAsync_RawPoints_WritesWhatTheSerializerWrites(int points)
    {
        var times = Enumerable.Range(0, points).Select(i => 1_790_000_000_000 + (i * 1000L)).ToArray();
        var values = Enumerable.Range(0, points).Select(i => i % 7 == 0 ? double.NaN : i % 5 == 0 ? double.PositiveInfinity : i % 11 == 0 ? double.NegativeInfinity : i / 8.0).ToArray();
        var labels = LabelSet.Of(("host.name", "wéb \"1\"\n<&>"), ("cpu", "0"));

        await AssertSameAsync(new RangeResult(From, From.AddHours(1), 0, [new RangeSeries("cpu", labels, new RawTimes(times), new RawValues(values))]));
    }

    [Fact]
    public async Task ExecuteAsync_BucketsOfSeveralLines_WritesWhatTheSerializerWrites()
    {
        var plan = RangePlan.Of(new RangeQuery { Selector = SeriesSelector.Of("m"), From = From, To = From.AddHours(2), Step = TimeSpan.FromSeconds(1) });
        var times = new BucketTimes(plan);
        var values = Enumerable.Range(0, times.Count).Select(i => i % 3 == 0 ? GapColumn.Gap : i * 1.1).ToArray();
        var lines = Enumerable.Range(0, 5).Select(i => new RangeSeries("m", LabelSet.Of(("cpu", $"{i}")), times, new GapColumn(values)) { Note = i == 2 ? "an \"average\"" : null });

        await AssertSameAsync(new RangeResult(From, From.AddHours(2), 1000, [.. lines]));
    }

    [Fact]
    public async Task ExecuteAsync_ColumnsOfAnotherKind_WritesWhatTheSerializerWrites() =>
        await AssertSameAsync(new RangeResult(From, From, 10, [new RangeSeries("m", LabelSet.Empty, new List<long> { 1, 2, 3 }, new List<double?> { 1.5, null, double.NaN })]) { Unit = "By/s", Kind = MetricKind.Gauge });

    private static async Task AssertSameAsync(RangeResult result)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };

        await new RangeAnswer(result).ExecuteAsync(context);

        Assert.Equal(JsonSerializer.Serialize(result, PerfPlatformJson.Options), Encoding.UTF8.GetString(body.ToArray()));
    }
}
