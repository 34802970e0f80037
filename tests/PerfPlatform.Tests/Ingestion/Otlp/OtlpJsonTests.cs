using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

public sealed class OtlpJsonTests
{
    private static readonly string[] Texts = ["", "a", "web-1", "\"q\"\\", "é\n", "日本", "😀"];

    /// <summary>An empty body to write into.</summary>
    internal static Task<IntakeBody> BodyAsync(IngestionOptions options) =>
        IntakeBody.ReadAsync(new DefaultHttpContext().Request, new IntakeGate(Microsoft.Extensions.Options.Options.Create(options)), options, CancellationToken.None);

    /// <summary>The example of the specification, as curl sends it.</summary>
    [Fact]
    public async Task Read_DocumentWithUnknownFieldsAndNulls_TakesWhatItKnows()
    {
        var harness = new IntakeHarness();
        var request = await ReadAsync(harness, """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}],"droppedAttributesCount":0},"schemaUrl":"x",
              "scopeMetrics":[{"scope":{"name":"lib","attributes":[]},"metrics":[
                {"name":"hits","unit":null,"description":"d","sum":{"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[
                  {"asInt":"9007199254740993","timeUnixNano":1790000000000000000,"startTimeUnixNano":"1","exemplars":[{"traceId":"0af7651916cd43dd8448eb211c80319c"}],"flags":0}]}}]}]}],"more":{"a":[1]}}
            """);
        Assert.Equal(0, request.Rejections.Total);
        Assert.Equal(new TakenSample("hits", "{service.name=\"shop\"}", Now, BitConverter.DoubleToInt64Bits(9007199254740992)), Assert.Single(harness.Samples(request)));
        Assert.Equal("{otel.scope.name=\"lib\"}", harness.Build(request)[0].Series[0].Descriptor!.Metadata.ToString());
    }

    [Theory]
    [InlineData("[]", "at byte 0 there must be an object")]
    [InlineData("{\"resourceMetrics\":[1]}", "at byte 20 there must be an object")]
    [InlineData("{\"resourceMetrics\":[]} {}", "single JSON value")]
    [InlineData("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":5}]}]}]}", "there must be a text")]
    [InlineData("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"gauge\":{\"dataPoints\":[{\"asInt\":\"1.5\"}]}}]}]}]}", "there must be a whole number from -9223372036854775808")]
    [InlineData("{", "")]
    [InlineData("", "")]
    public async Task Read_WhatIsNoRequest_SaysWhere(string json, string detail)
    {
        var refused = await Assert.ThrowsAsync<IntakeFormatException>(() => ReadAsync(new IntakeHarness(), json));
        Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"asInt\":\"9223372036854775808\"}]}", "9223372036854775807")]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"asInt\":1e19}]}", "9223372036854775807")]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"asInt\":-9223372036854775809}]}", "-9223372036854775808")]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":\"9223372036854775808\"}}]}]}", "9223372036854775807")]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":-1}]}", "from 0 to")]
    [InlineData("\"histogram\":{\"dataPoints\":[{\"count\":\"-1\"}]}", "from 0 to")]
    [InlineData("\"histogram\":{\"dataPoints\":[{\"bucketCounts\":[1,-1]}]}", "from 0 to")]
    [InlineData("\"exponentialHistogram\":{\"dataPoints\":[{\"zeroCount\":\"-1\"}]}", "from 0 to")]
    [InlineData("\"exponentialHistogram\":{\"dataPoints\":[{\"positive\":{\"bucketCounts\":[\"18446744073709551616\"]}}]}", "from 0 to")]
    public Task Read_NumberThatItsTypeCannotHold_SaysWhere(string data, string detail) =>
        Read_WhatIsNoRequest_SaysWhere($"{{\"resourceMetrics\":[{{\"scopeMetrics\":[{{\"metrics\":[{{\"name\":\"a\",{data}}}]}}]}}]}}", detail);

    [Property(MaxTest = 300)]
    public async Task Read_AnyDataInJson_IsTakenInAsFromProtobuf(int seed)
    {
        var (json, protobuf) = Both(new Random(seed));
        var (left, right) = (new IntakeHarness(), new IntakeHarness());
        var fromJson = await ReadAsync(left, json);
        var fromProtobuf = right.Begin();
        new OtlpIntake(new OtlpResources()).Read(protobuf, fromProtobuf);
        Assert.True(fromProtobuf.Accepted > 0);
        Assert.Equal(fromProtobuf.Rejections.ToString(), fromJson.Rejections.ToString());
        Assert.Equal(right.Samples(fromProtobuf), left.Samples(fromJson));
        Assert.Equal(Units(right, fromProtobuf), Units(left, fromJson));
    }

    private static IEnumerable<(string, string)> Units(IntakeHarness harness, IntakeRequest request) =>
        [.. harness.Build(request).SelectMany(b => b.Series.ToArray()).Select(s => (s.Descriptor!.Unit, s.Descriptor.Kind + s.Descriptor.Metadata.ToString()))];

    private static async Task<IntakeRequest> ReadAsync(IntakeHarness harness, string json)
    {
        using var empty = await BodyAsync(harness.Options);
        using var message = empty.NewEmpty();
        OtlpJson.Transcode(Encoding.UTF8.GetBytes(json), message);
        var request = harness.Begin();
        new OtlpIntake(new OtlpResources()).Read(message.Span, request);
        return request;
    }

    // The same request in both encodings, every kind of metric in it.
    private static (string Json, byte[] Protobuf) Both(Random random)
    {
        var (resource, resourceBytes) = Attributes(random, "host.name");
        var (metrics, messages) = (new JsonArray(), new List<byte[]>());
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var name = "m" + random.Next(3);
            var time = Now + random.Next(1000);
            var (attributes, bytes) = Attributes(random, "route");
            var value = random.Next(8) == 0 ? double.NaN : random.NextDouble() * Math.Pow(10, random.Next(-20, 20));
            var number = random.NextInt64();
            ulong[] counts = [.. Enumerable.Range(0, 3).Select(_ => (ulong)random.Next(5))];
            var temporality = random.Next(3);
            var start = Now - random.Next(-500, 500);
            var point = new JsonObject { ["startTimeUnixNano"] = Whole(random, start * 1_000_000), ["timeUnixNano"] = Whole(random, time * 1_000_000), ["attributes"] = attributes };
            var (field, data, message) = random.Next(5) switch
            {
                0 => ("gauge", With(point, ("asDouble", Real(value))), Gauge(name, "By", Since(start, Number(time, value, bytes)))),
                1 => ("sum", With(point, ("asInt", Whole(random, number))), Sum(name, temporality, true, Since(start, Integer(time, number, bytes)))),
                2 => ("histogram",
                    With(point, ("count", Whole(random, Total(counts))), ("sum", Real(value)), ("bucketCounts", Array(counts.Select(c => Whole(random, (long)c)))), ("explicitBounds", Array([Real(0.5), Real(2)]))),
                    Histogram(name, temporality, Since(start, HistogramPoint(time, value, counts, [0.5, 2], true, bytes)))),
                3 => ("exponentialHistogram",
                    With(point, ("count", Whole(random, Total(counts) + 1)), ("sum", Real(value)), ("scale", 3), ("zeroCount", Whole(random, 1)),
                        ("positive", new JsonObject { ["offset"] = -2, ["bucketCounts"] = Array(counts.Select(c => Whole(random, (long)c))) })),
                    ExponentialHistogram(name, temporality, Since(start, ExponentialPoint(time, 3, 1, (-2, counts), null, value, 0, bytes)))),
                _ => ("summary",
                    With(new JsonObject { ["startTimeUnixNano"] = Whole(random, start * 1_000_000), ["timeUnixNano"] = Whole(random, time * 1_000_000) }, ("count", Whole(random, 4)), ("sum", Real(value)),
                        ("quantileValues", Array([new JsonObject { ["quantile"] = 0.5, ["value"] = Real(value) }]))),
                    Summary(name, Since(start, SummaryPoint(time, 4, value, (0.5, value))))),
            };
            var unit = field is "gauge" or "sum" ? "By" : "s";
            data = new JsonObject { ["dataPoints"] = Array([data]) };
            if (field is not ("gauge" or "summary")) data["aggregationTemporality"] = temporality;
            if (field == "sum") data["isMonotonic"] = true;
            metrics.Add(new JsonObject { ["name"] = name, ["description"] = "ignored", ["unit"] = unit, [field] = data });
            messages.Add(message);
        }

        // One that is always taken in.
        metrics.Add(new JsonObject { ["name"] = "last", ["unit"] = "By", ["gauge"] = new JsonObject { ["dataPoints"] = Array([new JsonObject { ["timeUnixNano"] = Now * 1_000_000, ["asDouble"] = 1 }]) } });
        messages.Add(Gauge("last", "By", Number(Now, 1)));
        var json = new JsonObject
        {
            ["resourceMetrics"] = Array([new JsonObject { ["resource"] = new JsonObject { ["attributes"] = resource }, ["scopeMetrics"] = Array([new JsonObject { ["metrics"] = metrics }]) }]),
        };
        return (json.ToJsonString(), Request(ResourceMetrics(resourceBytes, [.. messages])));
    }

    private static (JsonArray Json, byte[][] Protobuf) Attributes(Random random, string first)
    {
        var (json, bytes) = (new JsonArray(), new List<byte[]>());
        foreach (var key in (string[])[first, "b", "é"])
        {
            if (random.Next(2) == 0) continue;
            var (text, flag, number, real) = (Texts[random.Next(Texts.Length)], random.Next(2) == 0, random.NextInt64() * (random.Next(2) * 2 - 1), random.NextDouble());
            var (value, message) = random.Next(5) switch
            {
                0 => (new JsonObject { ["boolValue"] = flag }, Attribute(key, any => Varint(any, 2, flag ? 1 : 0))),
                1 => (new JsonObject { ["intValue"] = Whole(random, number) }, Attribute(key, any => Varint(any, 3, number))),
                2 => (new JsonObject { ["doubleValue"] = real }, Attribute(key, any => Fixed64(any, 4, BitConverter.DoubleToUInt64Bits(real)))),
                3 => (new JsonObject { ["bytesValue"] = Convert.ToBase64String(BitConverter.GetBytes(number)) }, Attribute(key, any => RemoteWrite.WriteRequests.Field(any, 7, BitConverter.GetBytes(number)))),
                _ => (new JsonObject { ["stringValue"] = text }, Attribute(key, text)),
            };
            json.Add(new JsonObject { ["key"] = key, ["value"] = value });
            bytes.Add(message);
        }

        return (json, [.. bytes]);
    }

    private static JsonObject With(JsonObject point, params (string Name, JsonNode Value)[] fields)
    {
        foreach (var (name, value) in fields) point[name] = value;
        return point;
    }

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];

    private static long Total(ulong[] counts) => counts.Sum(c => (long)c);

    private static JsonNode Whole(Random random, long number) => random.Next(2) == 0 ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    private static JsonNode Real(double number) => double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create("NaN");
}
