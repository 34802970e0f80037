using FsCheck.Xunit;
using PerfPlatform.Contracts.Queries;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Queries;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("now", "2026-03-04T05:06:07Z")]
    [InlineData("now-15m", "2026-03-04T04:51:07Z")]
    [InlineData("now+1h30m", "2026-03-04T06:36:07Z")]
    [InlineData("1790000000000", "2026-09-21T14:13:20Z")]
    [InlineData("-1000", "1969-12-31T23:59:59Z")]
    [InlineData("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z")]
    [InlineData("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z")]
    [InlineData("2026-01-02T03:04:05-00:30", "2026-01-02T03:34:05Z")]
    [InlineData("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.1234567Z")]
    [InlineData("2024-02-29t03:04z", "2024-02-29T03:04:00Z")]
    public void TryParse_Text_IsThatTime(string text, string expected)
    {
        Assert.True(TimeText.TryParse(text, Now, out var time, out _));
        Assert.Equal(DateTimeOffset.Parse(expected), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("now 15m")]
    [InlineData("now-")]
    [InlineData("now-15")]
    [InlineData("now-1000000d")]
    [InlineData("now+1000000000d")]
    [InlineData("99999999999999999")]
    [InlineData("-9223372036854775808")]
    [InlineData("05/06/2026 12:00:00Z")]
    [InlineData("2026-02-29T12:00:00Z")]
    [InlineData("2026-01-02T24:00:00Z")]
    [InlineData("2026-01-02T03:04:05 02:00")]
    [InlineData("2026-01-02T03:04:05.Z")]
    [InlineData("0001-01-01T00:00:00+02:00")]
    public void TryParse_OtherText_SaysNo(string? text) => Assert.False(TimeText.TryParse(text, Now, out _, out _));

    [Theory]
    [InlineData("2026-01-02")]
    [InlineData("2026-01-02T03:04:05")]
    [InlineData("2026-01-02 03:04:05.5")]
    public void TryParse_NoOffset_SaysToAddOne(string text)
    {
        Assert.False(TimeText.TryParse(text, Now, out _, out var error));
        Assert.Contains("add Z for UTC", error, StringComparison.Ordinal);
    }

    [Property]
    public void TryParse_Milliseconds_ComeBack(uint seconds)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.True(TimeText.TryParse(time.ToUnixTimeMilliseconds().ToString(), Now, out var parsed, out _));
        Assert.Equal(time, parsed);
        Assert.True(TimeText.TryParse(time.ToString("O"), Now, out parsed, out _));
        Assert.Equal(time, parsed);
    }

    [Property]
    public void TryParse_AnyText_NeverThrows(string? text)
    {
        foreach (var candidate in new[] { text, "now-" + text, "now+" + text })
        {
            if (TimeText.TryParse(candidate, Now, out var time, out _)) Assert.Equal(TimeSpan.Zero, time.Offset);
        }
    }
}
