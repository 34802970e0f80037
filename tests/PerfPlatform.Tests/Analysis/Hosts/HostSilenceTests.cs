using PerfPlatform.Analysis.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Hosts;

public sealed class HostSilenceTests
{
    [Theory]
    [InlineData(1, 30)]
    [InlineData(10, 30)]
    [InlineData(15, 37.5)]
    [InlineData(60, 150)]
    [InlineData(600, 1500)]
    public void After_Interval_TwoAndAHalfOfItAndThirtySecondsAtLeast(double interval, double silent) =>
        Assert.Equal(TimeSpan.FromSeconds(silent), HostSilence.After(TimeSpan.FromSeconds(interval)));

    [Theory]
    [InlineData(null, new long[] { })]
    [InlineData(null, new long[] { 0, 10 })]
    [InlineData(10.0, new long[] { 0, 10, 20 })]
    [InlineData(10.0, new long[] { 0, 10, 20, 3600, 3610, 3620 })] // an outage
    [InlineData(10.0, new long[] { 0, 10, 20, 21, 30, 40, 50 })] // a sample out of turn
    [InlineData(60.0, new long[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 68, 128, 188, 248, 308 })] // another habit since
    public void Interval_Times_IsTheUsualOneOfTheNewest(double? seconds, long[] times) =>
        Assert.Equal(seconds, HostSilence.Interval([.. times.Select(t => t * 1000)])?.TotalSeconds);
}
