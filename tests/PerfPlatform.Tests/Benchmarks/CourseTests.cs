using PerfPlatform.Benchmarks.Soak;
using Xunit;

namespace PerfPlatform.Tests.Benchmarks;

public sealed class CourseTests
{
    private static readonly TimeSpan Distance = TimeSpan.FromSeconds(10);

    [Fact]
    public void Of_ALeakBehindNoise_IsNotFlat()
    {
        // 0.5 MB a reading, with a saw of 40 MB as a collector makes it.
        var course = Course.Of("analysis", "MB", [.. Enumerable.Range(0, 180).Select(i => 300 + (0.5 * i) + (i % 8 * 5))], Distance);

        Assert.False(course.IsFlat);
        Assert.InRange(course.SlopePerHour, 170, 190);
    }

    [Fact]
    public void Of_NoiseAlone_IsFlat() => Assert.True(Course.Of("analysis", "MB", [.. Enumerable.Range(0, 180).Select(i => 300.0 + (i % 8 * 5))], Distance).IsFlat);

    [Fact]
    public void Of_CachesThatFillInTheFirstThird_IsFlat() => Assert.True(Course.Of("analysis", "MB", [.. Enumerable.Range(0, 180).Select(i => 100.0 + (Math.Min(i, 55) * 10))], Distance).IsFlat);

    [Fact]
    public void Of_SomethingOnceMoreForAWhile_IsFlat() => Assert.True(Course.Of("rabbitmq", "messages", [.. Enumerable.Range(0, 180).Select(i => i is > 100 and < 130 ? 50_000.0 : 3)], Distance).IsFlat);

    [Fact]
    public void Of_AHandleAMinute_IsNotFlat() => Assert.False(Course.Of("web", "handles", [.. Enumerable.Range(0, 180).Select(i => 200.0 + (i / 6))], Distance).IsFlat);

    [Fact]
    public void Of_LessWithTime_IsFlat() => Assert.True(Course.Of("web", "threads", [.. Enumerable.Range(0, 60).Select(i => 90.0 - i)], Distance).IsFlat);

    [Fact]
    public void Of_Points_AreTheQuarters() => Assert.Equal([0, 10, 20, 30, 40], Course.Of("web", "threads", [.. Enumerable.Range(0, 41).Select(i => (double)i)], Distance).Points);
}
