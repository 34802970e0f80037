using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Bottlenecks;
using Xunit;
using static PerfPlatform.Analysis.Bottlenecks.ResourceKind;
using static PerfPlatform.Analysis.Bottlenecks.UseAspect;

namespace PerfPlatform.Tests.Analysis.Bottlenecks;

public sealed class ResourceJudgeTests
{
    [Fact]
    public void Bottleneck_BusyProcessorWithAQueue_IsTheProcessor()
    {
        var host = TestHost.Named("web-1",
            TestHost.Resource(Memory, null, (Utilisation, 0.60)),
            TestHost.Resource(Cpu, null, (Utilisation, 0.97), (Saturation, 2.4)));

        var found = ResourceJudge.Bottleneck(host)!;

        Assert.Equal(Cpu, found.Readings.Kind);
        Assert.Equal(1 - (0.3 * 0.4), found.Pressure, 6); // both signals press fully: weights 0.7 and 0.6
        Assert.Equal(31.0 / 32, found.Confidence, 6);
        Assert.Equal("web-1 is held back by the processor: 97 % busy, 2.4 tasks a core want to run.", BottleneckSentence.Of("web-1", found));
    }

    [Fact]
    public void Bottleneck_QuietHost_IsNone() => Assert.Null(ResourceJudge.Bottleneck(TestHost.Named("web-1",
        TestHost.Resource(Cpu, null, (Utilisation, 0.35), (Saturation, 0.4)),
        TestHost.Resource(Memory, null, (Utilisation, 0.55)),
        TestHost.Resource(Disk, "sda", (Utilisation, 0.10)),
        TestHost.Resource(Filesystem, "/", (Utilisation, 0.50)))));

    [Fact]
    public void Bottleneck_BusyAndNothingWaits_IsNone() =>
        Assert.Null(ResourceJudge.Bottleneck(TestHost.Named("batch-1", TestHost.Resource(Cpu, null, (Utilisation, 0.86), (Saturation, 0.9)))));

    [Fact]
    public void Bottleneck_PressedForAMinuteOfFive_IsNone()
    {
        double[] values = [.. Enumerable.Range(0, 30).Select(i => i < 6 ? 1.0 : 0.2)];
        var resource = new ResourceReadings(Cpu, null, [TestHost.Signal(Cpu, Utilisation, values)]);

        Assert.Null(ResourceJudge.Bottleneck(TestHost.Named("web-1", resource)));
        Assert.Equal(6, ResourceJudge.Judge(resource).Pressed);
    }

    [Fact]
    public void Bottleneck_TwoReadingsOnly_IsNone()
    {
        var resource = new ResourceReadings(Filesystem, "/", [TestHost.Signal(Filesystem, Utilisation, [double.NaN, 0.99, double.NaN, 0.99])]);

        Assert.Null(ResourceJudge.Bottleneck(TestHost.Named("web-1", resource)));
        Assert.Equal(2, ResourceJudge.Judge(resource).Steps);
    }

    [Fact]
    public void Bottleneck_TwoResourcesPress_IsTheOneThatPressesMore()
    {
        var host = TestHost.Named("db-1",
            TestHost.Resource(Filesystem, "/data", (Utilisation, 0.92)),
            TestHost.Resource(Filesystem, "/", (Utilisation, 0.96)));

        Assert.Equal("/", ResourceJudge.Bottleneck(host)!.Readings.Device);
    }

    [Fact]
    public void Judge_NoSignals_SaysNothing()
    {
        var verdict = ResourceJudge.Judge(new ResourceReadings(Disk, "sda", []));

        Assert.Equal((0, 0, 0.0), (verdict.Steps, verdict.Pressed, verdict.Pressure));
        Assert.False(verdict.IsBottleneck);
    }

    [Property(MaxTest = 200)]
    public Property Judge_AnyValues_StaysWithinBoundsAndGrowsWithThem() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 3000).Select(v => v / 1000.0)).Where(v => v.Length > 0).ToArbitrary(),
        values =>
        {
            var verdict = ResourceJudge.Judge(Readings(values));
            var more = ResourceJudge.Judge(Readings([.. values.Select(v => v * 1.1)]));

            Assert.InRange(verdict.Pressure, 0, 1);
            Assert.InRange(verdict.Confidence, 0, 1);
            Assert.True(more.Pressure >= verdict.Pressure);
            Assert.Equal(values.Length, verdict.Steps);
        });

    private static ResourceReadings Readings(double[] values) =>
        new(Cpu, null, [TestHost.Signal(Cpu, Utilisation, values), TestHost.Signal(Cpu, Saturation, values)]);
}
