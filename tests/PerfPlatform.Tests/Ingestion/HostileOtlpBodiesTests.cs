using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion;

/// <summary>As <see cref="HostileBodiesTests"/>, beside which it runs, for OTLP.</summary>
public sealed class HostileOtlpBodiesTests
{
    [Fact]
    public void Otlp_OfMutatedBodies_AnswersOrRefuses()
    {
        var harness = HostileBodiesTests.Harness();
        var intake = new OtlpIntake(new OtlpResources());
        var nested = OtlpRequests.Attribute("list", any => WriteRequests.Field(any, 5, OtlpRequests.Repeated(1, [OtlpRequests.Repeated(1, ["x"u8.ToArray()])])));
        var seed = OtlpRequests.Request(OtlpRequests.ResourceMetrics(
            [OtlpRequests.Attribute("host.name", "h"), nested],
            OtlpRequests.Gauge("g", "1", OtlpRequests.Number(IntakeHarness.Now, 1, OtlpRequests.Attribute("a", "b"), nested), OtlpRequests.Integer(IntakeHarness.Now, 2)),
            OtlpRequests.Sum("s", OtlpRequests.Delta, true, OtlpRequests.Integer(IntakeHarness.Now, 5)),
            OtlpRequests.Histogram("h", OtlpRequests.Cumulative, OtlpRequests.HistogramPoint(IntakeHarness.Now, 1, [1, 2], [0.5], packed: true)),
            OtlpRequests.ExponentialHistogram("e", OtlpRequests.Delta, OtlpRequests.ExponentialPoint(IntakeHarness.Now, 3, 1, (-4, [1, 0, 2]), (2, [1]), 5)),
            OtlpRequests.Summary("q", OtlpRequests.SummaryPoint(IntakeHarness.Now, 1, 2, (0.5, 3)))));
        HostileBodiesTests.Assault(harness, seed, intake.Read);
    }

    [Fact]
    public async Task OtlpJson_OfMutatedBodies_AnswersOrRefuses()
    {
        var harness = HostileBodiesTests.Harness();
        var intake = new OtlpIntake(new OtlpResources());
        var seed = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"h\u00e9"}}]},"scopeMetrics":[{"metrics":[
            {"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1790000000000000000","asDouble":1.5,"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}]}]}},
            {"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"1790000000000000000","count":"3","scale":1,"positive":{"offset":-1,"bucketCounts":["1","2"]}}]}}]}]}]}
            """u8.ToArray();
        using var empty = await OtlpJsonTests.BodyAsync(harness.Options);
        HostileBodiesTests.Assault(harness, seed, (body, request) =>
        {
            using var message = empty.NewEmpty();
            OtlpJson.Transcode(body, message);
            intake.Read(message.Span, request);
        });
    }
}
