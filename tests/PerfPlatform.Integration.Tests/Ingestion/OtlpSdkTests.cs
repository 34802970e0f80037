using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>The OpenTelemetry SDK for .NET against the whole product, read back through its API.</summary>
public sealed class OtlpSdkTests
{
    // None on a bound of any histogram here, so that no rounding decides where it belongs.
    private static readonly double[] First = [0.0031, 1.1, 3.3, 90.5];
    private static readonly double[] Second = [1.1, 0, 777.7];

    [Fact]
    public async Task Sdk_OverGrpcAndHttp_IsReadBackAsRecorded()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        var (grpc, http) = (FreePorts.One(), FreePorts.One());
        await using var product = StandaloneProcess.Start(folder.Path, settings:
            [("PERFPLATFORM_OTLP_GRPC_PORT", grpc.ToString(CultureInfo.InvariantCulture)), ("PERFPLATFORM_OTLP_HTTP_PORT", http.ToString(CultureInfo.InvariantCulture))]);
        await product.ReadyAsync();
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler) { BaseAddress = product.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);

        await RecordedIsReadAsync(client, "grpc", OtlpExportProtocol.Grpc, new Uri($"http://localhost:{grpc}"), MetricReaderTemporalityPreference.Cumulative, "authorization=Bearer " + StandaloneProcess.Key);
        await RecordedIsReadAsync(client, "grpc-delta", OtlpExportProtocol.Grpc, new Uri($"http://localhost:{grpc}"), MetricReaderTemporalityPreference.Delta, "x-api-key=" + StandaloneProcess.Key);
        await RecordedIsReadAsync(client, "http", OtlpExportProtocol.HttpProtobuf, new Uri($"http://localhost:{http}/v1/metrics"), MetricReaderTemporalityPreference.Cumulative, "x-api-key=" + StandaloneProcess.Key);
        await RecordedIsReadAsync(client, "http-delta", OtlpExportProtocol.HttpProtobuf, new Uri($"http://localhost:{http}/v1/metrics"), MetricReaderTemporalityPreference.Delta, "x-api-key=" + StandaloneProcess.Key);

        // The port of gRPC has the intake and nothing else.
        using var page = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://localhost:{grpc}/health")) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal(404, (int)(await client.SendAsync(page)).StatusCode);
    }

    private static async Task RecordedIsReadAsync(
        HttpClient client, string name, OtlpExportProtocol protocol, Uri endpoint, MetricReaderTemporalityPreference temporality, string headers)
    {
        using var meter = new Meter("test." + name);
        var requests = meter.CreateCounter<long>(name + ".requests", "{request}");
        var level = 0.0;
        meter.CreateObservableGauge(name + ".level", () => new Measurement<double>(level, new KeyValuePair<string, object?>("tank", 7)));
        var duration = meter.CreateHistogram<double>(name + ".duration", "s");
        var size = meter.CreateHistogram<double>(name + ".size", "By");
        using var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddService("shop", serviceInstanceId: "shop-1").AddAttributes([new("host.name", "web-1"), new("os.type", "linux")]))
            .AddMeter(meter.Name)
            .AddView(duration.Name, new ExplicitBucketHistogramConfiguration { Boundaries = [0.005, 2.5, 100] })
            .AddView(size.Name, new Base2ExponentialBucketHistogramConfiguration())
            .AddOtlpExporter((exporter, reader) =>
            {
                (exporter.Protocol, exporter.Endpoint, exporter.Headers) = (protocol, endpoint, headers);
                reader.TemporalityPreference = temporality;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 600_000;
            })
            .Build();

        foreach (var (values, count, gauge) in new[] { (First, 5, 0.25), (Second, 7, -1.5) })
        {
            requests.Add(count, new("route", "/a"), new("ok", true));
            level = gauge;
            foreach (var value in values)
            {
                duration.Record(value, new KeyValuePair<string, object?>("route", "/a"));
                size.Record(value);
            }

            Assert.True(provider.ForceFlush(30_000));
        }

        double[] all = [.. First, .. Second];
        const string resource = "host.name=web-1,";
        const string service = "service.instance.id=shop-1,service.name=shop";
        Assert.Equal([($"{resource}ok=true,route=/a,{service}", 12.0)], await LatestAsync(client, requests.Name));
        Assert.Equal([($"{resource}{service},tank=7", -1.5)], await LatestAsync(client, name + ".level"));
        Assert.Equal([($"{resource}route=/a,{service}", 7.0)], await LatestAsync(client, duration.Name + "_count"));
        Assert.Equal(
            [.. new[] { ("+Inf", 7.0), ("0.005", 2), ("100", 6), ("2.5", 4) }.Select(b => ($"{resource}le={b.Item1},route=/a,{service}", b.Item2))],
            await LatestAsync(client, duration.Name + "_bucket"));
        Assert.Equal([($"{resource}{service}", 7.0)], await LatestAsync(client, size.Name + "_count"));
        var sum = Assert.Single(await LatestAsync(client, size.Name + "_sum"));
        Assert.Equal($"{resource}{service}", sum.Labels);
        Assert.Equal(all.Sum(), sum.Value, 9);

        var buckets = (await LatestAsync(client, size.Name + "_bucket")).Select(b => (Bound: Bound(b.Labels[$"{resource}le=".Length..].Split(',')[0]), b.Value)).ToList();
        Assert.All(buckets, bucket => Assert.Equal(all.Count(value => value <= bucket.Bound), bucket.Value));
        // Every value lies between two bounds that are a quarter of an octave apart.
        Assert.All(all.Where(value => value > 0), value => Assert.Contains(buckets, bucket => bucket.Bound >= value && bucket.Bound < value * 1.19));
        Assert.Contains(buckets, bucket => double.IsPositiveInfinity(bucket.Bound));
    }

    private static double Bound(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<List<(string Labels, double Value)>> LatestAsync(HttpClient client, string metric)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri($"api/v1/latest?metric={metric}&limit=1000", UriKind.Relative)));
        return
        [
            .. document.RootElement.GetProperty("items").EnumerateArray()
                .Select(item => (string.Join(',', item.GetProperty("labels").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value.GetString()}")), item.GetProperty("value").GetDouble()))
                .OrderBy(item => item.Item1, StringComparer.Ordinal),
        ];
    }
}
