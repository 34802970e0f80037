using FsCheck.Xunit;
using PerfPlatform.Contracts.Queries;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Queries;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("2w", 1_209_600_000)]
    [InlineData("250ms", 250)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("0s", 0)]
    public void Parse_Text_IsMilliseconds(string text, long expected) => Assert.Equal(expected, DurationText.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("5y")]
    [InlineData("1.2.3s")]
    [InlineData(".")]
    [InlineData("99999999999999999999999999999999d")]
    public void TryParse_OtherText_SaysNo(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Property]
    public void Parse_OfFormatted_ComesBack(uint ms) =>
        Assert.Equal(TimeSpan.FromMilliseconds(ms), DurationText.Parse(DurationText.Format(TimeSpan.FromMilliseconds(ms))));

    [Property]
    public bool TryParse_AnyText_NeverThrows(string? text) => DurationText.TryParse(text, out var duration) || duration == TimeSpan.Zero;

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(86_400_000, "1d")]
    [InlineData(90_000, "90s")]
    [InlineData(1_500, "1500ms")]
    public void Format_Duration_TakesTheLargestUnitThatIsWhole(long ms, string expected) => Assert.Equal(expected, DurationText.Format(TimeSpan.FromMilliseconds(ms)));
}
