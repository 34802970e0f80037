using System.Text;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Series;

public sealed class MetricNameTests
{
    [Property]
    public void TryParse_AnyText_AcceptsExactlyWhatTheRuleSays(string? text)
    {
        var expected = text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= 255 && !text.Any(char.IsControl);
        Assert.Equal(expected, MetricName.TryParse(text, out var name, out var error));
        Assert.Equal(expected ? text : "", name.Value);
        Assert.Equal(expected, error is null);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void TryParse_AtTheBound_CountsBytes(int bytes, bool accepted)
    {
        Assert.Equal(accepted, MetricName.TryParse(new string('x', bytes), out _, out _));
        Assert.Equal(accepted, MetricName.TryParse(new string('ß', bytes / 2) + new string('x', bytes % 2), out _, out _));
    }

    [Theory]
    [InlineData("", "no name")]
    [InlineData("a\nb", "control character")]
    public void Parse_BadName_SaysWhatIsWrong(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => MetricName.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Equals_SameText_IsEqual() => Assert.Equal(MetricName.Parse("a.b"), MetricName.Parse(string.Concat("a", ".b")));
}
