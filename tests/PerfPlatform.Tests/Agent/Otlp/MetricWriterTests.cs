using FsCheck.Xunit;
using PerfPlatform.Agent.Otlp;
using Xunit;

namespace PerfPlatform.Tests.Agent.Otlp;

/// <summary>The hand-written OTLP writer against the plain reference reader.</summary>
public class MetricWriterTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);
    private static readonly DateTimeOffset Boot = DateTimeOffset.FromUnixTimeSeconds(1_789_000_000);

    [Fact]
    public void Finish_OfAllShapes_ReadsBackAsWritten()
    {
        var writer = new MetricWriter([("host.name", "größe-1"), ("cores", 300L)], "1.2.3");
        writer.Start(Time);
        writer.Begin(MetricHead.Gauge("a.gauge", "1"));
        writer.Point(PointAttributes.None, -0.5);
        writer.Point(PointAttributes.Of(("cpu.mode", "user"), ("cpu.logical_number", 7L)), double.MaxValue);
        writer.End();
        writer.Single(MetricHead.Counter("a.counter", "By"), ulong.MaxValue >> 1, Boot);
        writer.Single(MetricHead.UpDown("a.updown", "{x}"), 3UL);

        var points = DecodedPoint.ReadAll(writer.Finish().ToArray());

        Assert.Equal(4, writer.Points);
        Assert.Equal(["a.gauge{}", "a.gauge{cpu.logical_number=7,cpu.mode=user}", "a.counter{}", "a.updown{}"], points.Select(point => point.Series));
        Assert.Equal([-0.5, double.MaxValue, long.MaxValue, 3], points.Select(point => point.Value));
        Assert.Equal(["gauge", "gauge", "sum temporality=2 monotonic=True", "sum temporality=2 monotonic=False"], points.Select(point => point.Shape));
        Assert.Equal(["1", "1", "By", "{x}"], points.Select(point => point.Unit));
        Assert.All(points, point => Assert.Equal(1_790_000_000_123_000_000UL, point.TimeNanos));
        Assert.Equal([0UL, 0, 1_789_000_000_000_000_000, 0], points.Select(point => point.StartNanos));
        Assert.All(points, point => Assert.Equal("perfplatform.agent/1.2.3", point.Scope));
        Assert.All(points, point => Assert.Equal(("größe-1", "300"), (point.Resource["host.name"], point.Resource["cores"])));
    }

    [Fact]
    public void End_WithoutPoints_TakesTheMetricBack()
    {
        var writer = new MetricWriter([("host.name", "a")], "1");
        writer.Start(Time);
        writer.Begin(MetricHead.Gauge("empty", "1"));
        writer.End();
        writer.Single(MetricHead.Gauge("full", "1"), 1.0);
        Assert.Equal("full", Assert.Single(DecodedPoint.ReadAll(writer.Finish().ToArray())).Metric);
    }

    [Fact]
    public void Return_InTheMiddleOfAMetric_LeavesWhatStoodBefore()
    {
        var writer = new MetricWriter([("host.name", "a")], "1");
        writer.Start(Time);
        writer.Single(MetricHead.Gauge("before", "1"), 1.0);
        var mark = writer.Mark();
        writer.Begin(MetricHead.Gauge("broken", "1"));
        writer.Point(PointAttributes.None, 2.0);
        writer.Return(mark);
        writer.Single(MetricHead.Gauge("after", "1"), 3.0);
        Assert.Equal(["before", "after"], DecodedPoint.ReadAll(writer.Finish().ToArray()).Select(point => point.Metric));
        Assert.Equal(2, writer.Points);
    }

    [Property(MaxTest = 50)]
    public void Finish_OfAnyValues_ReadsBackAndJoins(double[] first, double[] second, ushort padding)
    {
        var writer = new MetricWriter([("host.name", new string('x', padding % 5000))], "1");
        var joined = new List<byte>();
        foreach (var values in new[] { first, second })
        {
            writer.Start(Time);
            writer.Begin(MetricHead.Gauge("m", "1"));
            for (var i = 0; i < values.Length; i++)
                writer.Point(PointAttributes.Of("i", (long)i), values[i]);
            writer.End();
            joined.AddRange(writer.Finish());
        }

        // Requests one after the other are one request: a backlog is sent so.
        Assert.Equal([.. first, .. second], DecodedPoint.ReadAll([.. joined]).Select(point => point.Value));
    }

    [Fact]
    public void Write_OnceWarm_DoesNotAllocate()
    {
        var writer = new MetricWriter([("host.name", "a")], "1");
        var head = MetricHead.Gauge("m", "1");
        var attributes = PointAttributes.Of("k", "v");
        void Tick()
        {
            writer.Start(Time);
            for (var metric = 0; metric < 50; metric++)
            {
                writer.Begin(head);
                for (var i = 0; i < 50; i++)
                    writer.Point(attributes, (double)i);
                writer.End();
            }

            writer.Finish();
        }

        Tick();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Tick();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
