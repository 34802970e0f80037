using PerfPlatform.Analysis.Health;
using PerfPlatform.Contracts.Health;
using Xunit;
using static PerfPlatform.Contracts.Health.ComponentStatus;

namespace PerfPlatform.Tests.Analysis.Health;

public sealed class UptimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NothingKnown_IsNull() => Assert.Null(Uptime.Of([], Noon.AddDays(-1), Noon));

    [Fact]
    public void Of_QuarterDown_IsThreeQuarters() =>
        Assert.Equal(0.75, Uptime.Of([Span(Healthy, -8, -4), Span(Unhealthy, -4, -2), Span(Degraded, -2, 0)], Noon.AddDays(-1), Noon));

    [Fact]
    public void Of_UnwatchedAndUnknownTimes_DoNotCount() =>
        Assert.Equal(0.5, Uptime.Of([Span(Healthy, -20, -18), Span(Unknown, -18, -10), Span(Unhealthy, -3, -1)], Noon.AddDays(-1), Noon));

    [Fact]
    public void Of_SpanThatBeganBefore_CountsFromTheStart() =>
        Assert.Equal(0.5, Uptime.Of([Span(Unhealthy, -48, -12), Span(Healthy, -12, 0)], Noon.AddDays(-1), Noon));

    [Theory]
    [InlineData(Healthy, 1.0)]
    [InlineData(Unhealthy, 0.0)]
    public void Of_OneCheckOnly_IsThatCheck(ComponentStatus status, double expected) => Assert.Equal(expected, Uptime.Of([Span(status, 0, 0)], Noon.AddDays(-1), Noon));

    private static StatusSpan Span(ComponentStatus status, double from, double to) => new(status, Noon.AddHours(from), Noon.AddHours(to));
}
