using PerfPlatform.Client;
using PerfPlatform.Client.Metrics;
using PerfPlatform.Client.Processing;
using PerfPlatform.Integration.Tests.Agent;
using Xunit;

namespace PerfPlatform.Integration.Tests.Client;

/// <summary>The client through the real OpenTelemetry exporter to a server that decodes what arrives.</summary>
public sealed class PerfPlatformClientTests
{
    [Fact]
    public async Task Client_RegisteredMetrics_ArriveWithLabelsAndKey()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using (var client = new PerfPlatformClient(Options(receiver)))
        {
            client.Register(new CustomPerformanceMetric("queue.size", () => 12) { Unit = "{document}", Labels = new Dictionary<string, string> { ["component"] = "ocr" } });
            client.Register(new CustomPerformanceMetric("queue.size", () => 13) { Unit = "{document}", Labels = new Dictionary<string, string> { ["component"] = "index" } });
            client.Register(new CustomPerformanceMetric("broken", () => throw new InvalidOperationException()));
            Assert.Throws<ArgumentException>(() => client.Register(new CustomPerformanceMetric("queue.size", () => 1) { Labels = new Dictionary<string, string> { ["component"] = "ocr" } }));
            Assert.Throws<ArgumentException>(() => client.Register(new CustomPerformanceMetric("not a name", () => 1)));
            await receiver.UntilAsync(server => server.Of("queue.size").Count >= 2 && server.Of("perfplatform.client.collect.failures").Count > 0);
        }

        Assert.All(receiver.Requests, request => Assert.Contains("Bearer pp_test_key", request));
        var points = receiver.Of("queue.size");
        Assert.Contains(points, point => point is { Series: "queue.size{component=ocr}", Value: 12, Unit: "{document}", Shape: "gauge" });
        Assert.Contains(points, point => point is { Series: "queue.size{component=index}", Value: 13 });
        Assert.All(points, point => Assert.Equal("shop", point.Resource["service.name"]));
        Assert.DoesNotContain(points, point => point.Resource.ContainsKey("service.instance.id"));
        Assert.Empty(receiver.Of("broken"));
    }

    [Fact]
    public async Task Client_ProcessingMetrics_AreCumulative()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using (var client = new PerfPlatformClient(Options(receiver)))
        {
            client.Processing.WatchQueue("ocr", () => 4);
            for (var i = 1; i <= 3; i++)
            {
                client.Processing.Processed("ocr", TimeSpan.FromSeconds(1), i == 3 ? ProcessingOutcome.Error : ProcessingOutcome.Ok);
                Assert.True(client.Flush(TimeSpan.FromSeconds(10)));
            }
        }

        var ok = receiver.Points.Where(point => point.Series == "processing.documents{component=ocr,outcome=ok}").ToList();
        Assert.Equal(2, ok[^1].Value);
        Assert.All(ok, point => Assert.Equal("sum temporality=2 monotonic=True", point.Shape));
        Assert.Equal(1, receiver.Points.Last(point => point.Series == "processing.documents{component=ocr,outcome=error}").Value);
        Assert.Equal(4, receiver.Points.Last(point => point.Series == "processing.queue.size{component=ocr}").Value);
        Assert.Contains(receiver.HistogramNames, name => name == "processing.duration");
    }

    private static PerfPlatformOptions Options(OtlpReceiver receiver) => new()
    {
        Endpoint = new Uri(receiver.Endpoint),
        ApiKey = "pp_test_key",
        ServiceName = "shop",
        Interval = TimeSpan.FromSeconds(0.1),
    };
}
