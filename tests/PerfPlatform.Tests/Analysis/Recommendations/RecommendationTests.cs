using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Recommendations;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Tests.Analysis.Bottlenecks;
using Xunit;
using static PerfPlatform.Analysis.Bottlenecks.ResourceKind;
using static PerfPlatform.Analysis.Bottlenecks.UseAspect;

namespace PerfPlatform.Tests.Analysis.Recommendations;

public sealed class RecommendationTests
{
    private static readonly DateTimeOffset To = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FindingRequest Hour = new() { From = To.AddHours(-1), To = To };

    [Fact]
    public void TimeToFull_SteadyRise_IsWhatIsMissingByTheRate()
    {
        var full = TimeToFull.Of(Trend(i => 0.70 + (0.001 * i)), 1)!; // a point a minute over an hour, 0.06 an hour, at 0.759 in the end

        Assert.Equal((1 - 0.759) / 0.06, full.Expected.TotalHours, 6);
        Assert.True(full.Earliest <= full.Expected && full.Expected <= full.Latest);
    }

    [Fact]
    public void TimeToFull_Falling_IsNever() => Assert.Null(TimeToFull.Of(Trend(i => 0.9 - (0.001 * i)), 1));

    [Fact]
    public void TimeToFull_TooFarAwayForSoShortALook_IsNotSaid() => Assert.Null(TimeToFull.Of(Trend(i => 0.1 + (0.0001 * i)), 1));

    [Fact]
    public void TimeToFull_FullAlready_IsNotSaid() => Assert.Null(TimeToFull.Of(Trend(i => 1 + (0.001 * i)), 1));

    [Fact]
    public void Find_FillingFilesystem_SaysWhenAndWhatToDo()
    {
        var values = Enumerable.Range(0, 60).Select(i => 0.60 + (0.003 * i)).ToArray();
        var host = TestHost.Named("db-1", new ResourceReadings(Filesystem, "/data", [TestHost.Signal(Filesystem, Utilisation, values)]));

        var finding = Assert.Single(RecommendationFinder.Find([host], Hour));

        Assert.Equal(FindingKind.Recommendation, finding.Kind);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("db-1", finding.Subject["host"]);
        Assert.Equal("/data", finding.Subject["device"]);
        Assert.StartsWith("/data of db-1 is 77.7 % full and at its present rate of 18 points an hour will be full in 74 minutes", finding.Summary, StringComparison.Ordinal);
        Assert.Equal((1 - 0.777) / 0.18 * 3600, finding.Data!.Value.GetProperty("fullInSeconds").GetDouble(), 3);
        Assert.Equal(0.18, finding.Evidence[0].Numbers["slopePerHour"], 6);
        Assert.Contains("enlarge the filesystem", finding.Data!.Value.GetProperty("action").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_BottleneckAndFilling_MostUrgentFirst()
    {
        var filling = new ResourceReadings(Memory, null, [TestHost.Signal(Memory, Utilisation, [.. Enumerable.Range(0, 60).Select(i => 0.40 + (0.0005 * i))])]);
        var busy = TestHost.Resource(Cpu, null, (Utilisation, 1), (Saturation, 3));

        var findings = RecommendationFinder.Find([TestHost.Named("web-1", filling, busy)], new FindingRequest { From = To.AddHours(-6), To = To });

        Assert.Equal(["bottleneck", "trend"], findings.Select(f => f.Subject["because"]));
        Assert.Equal([Severity.Critical, Severity.Warning], findings.Select(f => f.Severity));
        Assert.All(findings, f => Assert.NotEmpty(f.Evidence[0].Numbers));
    }

    [Fact]
    public void Find_QuietHost_SaysNothing() =>
        Assert.Empty(RecommendationFinder.Find([TestHost.Named("web-1", TestHost.Resource(Cpu, null, (Utilisation, 0.2)), TestHost.Resource(Memory, null, (Utilisation, 0.4)))], Hour));

    private static TrendEstimate Trend(Func<int, double> value) =>
        TrendCalculator.Estimate(new SeriesPoints([.. Enumerable.Range(0, 60).Select(i => i / 60.0)], [.. Enumerable.Range(0, 60).Select(value)]))!;
}
