using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Collect_EveryInstrument_WritesTheExpositionFormat()
    {
        using var own = new OwnMetrics();
        using var meter = new Meter("Test." + Guid.NewGuid().ToString("N"));
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(own.Reader)
            .AddView("t.duration", new ExplicitBucketHistogramConfiguration { Boundaries = [0.1, 1] }).Build();
        meter.CreateCounter<long>("t.requests", description: "How many\nrequests").Add(3, new KeyValuePair<string, object?>("http.route", "/a\"b\\"));
        meter.CreateUpDownCounter<long>("t.queue.size").Add(-2);
        meter.CreateObservableGauge("t.memory", () => 1.5, "By");
        var histogram = meter.CreateHistogram<double>("t.duration", "s");
        histogram.Record(0.05);
        histogram.Record(0.5);
        histogram.Record(5);

        var text = own.Collect();

        Assert.Contains("# HELP t_requests_total How many\\nrequests\n# TYPE t_requests_total counter\nt_requests_total{http_route=\"/a\\\"b\\\\\"} 3\n", text);
        Assert.Contains("# TYPE t_queue_size gauge\nt_queue_size -2\n", text);
        Assert.Contains("t_memory_bytes 1.5\n", text);
        Assert.Contains("t_duration_seconds_bucket{le=\"0.1\"} 1\nt_duration_seconds_bucket{le=\"1\"} 2\nt_duration_seconds_bucket{le=\"+Inf\"} 3\n", text);
        Assert.Contains("t_duration_seconds_sum 5.55\nt_duration_seconds_count 3\n", text);
    }

    [Fact]
    public void Collect_Twice_DoesNotRepeat()
    {
        using var own = new OwnMetrics();
        using var meter = new Meter("Test." + Guid.NewGuid().ToString("N"));
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(own.Reader).Build();
        var counter = meter.CreateCounter<long>("t.n");
        counter.Add(1);
        Assert.Contains("t_n_total 1\n", own.Collect());
        counter.Add(1);
        Assert.Equal("# TYPE t_n_total counter\nt_n_total 2\n", own.Collect());
    }
}
