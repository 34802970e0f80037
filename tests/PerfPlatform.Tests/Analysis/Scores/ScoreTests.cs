using PerfPlatform.Analysis.Scores;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Analysis.Bottlenecks;
using Xunit;
using static PerfPlatform.Analysis.Bottlenecks.ResourceKind;
using static PerfPlatform.Analysis.Bottlenecks.UseAspect;

namespace PerfPlatform.Tests.Analysis.Scores;

public sealed class ScoreTests
{
    [Fact]
    public void HostScore_QuietHost_IsAHundredWithoutParts()
    {
        var score = HostScore.Of(TestHost.Named("web-1", TestHost.Resource(Cpu, null, (Utilisation, 0.3)), TestHost.Resource(Memory, null, (Utilisation, 0.5))));

        Assert.Equal(100, score.Value);
        Assert.Empty(score.Parts);
    }

    [Fact]
    public void HostScore_TwoFullFilesystems_CountOnce()
    {
        var score = HostScore.Of(TestHost.Named("web-1",
            TestHost.Resource(Filesystem, "/", (Utilisation, 0.99)), TestHost.Resource(Filesystem, "/data", (Utilisation, 0.91))));

        var part = Assert.Single(score.Parts);
        Assert.Equal("/", part.Device);
        Assert.Equal(50, part.Points);
        Assert.Equal(50, score.Value);
        Assert.Equal("The space of /: 99 % full", part.Reason);
    }

    [Fact]
    public void HostScore_EverythingShort_IsNotBelowZero()
    {
        var score = HostScore.Of(TestHost.Named("web-1",
            TestHost.Resource(Cpu, null, (Utilisation, 1), (Saturation, 9)), TestHost.Resource(Memory, null, (Utilisation, 1), (Saturation, 1)),
            TestHost.Resource(Filesystem, "/", (Utilisation, 1))));

        Assert.Equal(0, score.Value);
        Assert.Equal(score.Parts.OrderByDescending(p => p.Points), score.Parts);
    }

    [Theory]
    [InlineData(0.0, 100)]
    [InlineData(0.001, 100)]
    [InlineData(0.01, 65)]
    [InlineData(0.1, 30)]
    [InlineData(0.5, 30)]
    public void ApplicationScore_Errors_CostByTheirMagnitude(double errorRate, double expected) =>
        Assert.Equal(expected, ApplicationScore.Of(Application(errorRate, 1, 1)).Value, 6);

    [Theory]
    [InlineData(1.0, 1.1, 100)]
    [InlineData(1.0, 3.0, 60)]
    [InlineData(1.0, 30.0, 60)]
    [InlineData(2.0, 1.0, 100)]
    [InlineData(double.NaN, 5.0, 100)]
    [InlineData(0.0, 5.0, 100)]
    public void ApplicationScore_SlowerThanBefore_CostsPoints(double before, double now, double expected) =>
        Assert.Equal(expected, ApplicationScore.Of(Application(0, now, before)).Value, 6);

    private static ApplicationReadings Application(double errorRate, double duration, double before) =>
        new("ocr", LabelSet.Of(("service.name", "ocr")), 10, 10 * errorRate, duration, before, 30);
}
