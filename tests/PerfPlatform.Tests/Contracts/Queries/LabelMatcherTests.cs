using System.Text.RegularExpressions;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Queries;

public sealed class LabelMatcherTests
{
    [Theory]
    [InlineData("host.name=web-1", "host.name", MatchOperator.Equal, "web-1")]
    [InlineData("host.name!=web-1", "host.name", MatchOperator.NotEqual, "web-1")]
    [InlineData("host.name~web-.*", "host.name", MatchOperator.Matches, "web-.*")]
    [InlineData("host.name!~web-.*", "host.name", MatchOperator.NotMatches, "web-.*")]
    [InlineData("a=b=c~d", "a", MatchOperator.Equal, "b=c~d")]
    [InlineData("a=", "a", MatchOperator.Equal, "")]
    public void TryParse_Filter_HasItsParts(string text, string name, MatchOperator op, string value)
    {
        Assert.True(LabelMatcher.TryParse(text, out var matcher, out _));
        Assert.Equal((name, op, value), (matcher.Name, matcher.Operator, matcher.Value));
        Assert.Equal(text, matcher.ToString());
    }

    [Theory]
    [InlineData(null, "is not a label filter")]
    [InlineData("", "is not a label filter")]
    [InlineData("=x", "is not a label filter")]
    [InlineData("host", "is not a label filter")]
    [InlineData("host!", "after '!'")]
    [InlineData("host!x", "after '!'")]
    [InlineData("host~(", "cannot be used")]
    [InlineData("host~a)|(b", "cannot be used")]
    [InlineData(@"host~(a)\1", "cannot be used")]
    public void TryParse_OtherText_SaysWhatToChange(string? text, string message)
    {
        Assert.False(LabelMatcher.TryParse(text, out _, out var error));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_ExpressionLongerThanTheBound_SaysTheBound()
    {
        Assert.False(LabelMatcher.TryParse("a~" + new string('x', 1001), out _, out var error));
        Assert.Contains("1000", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a~web", "web", true)]
    [InlineData("a~web", "web-1", false)]
    [InlineData("a~web", "my web", false)]
    [InlineData("a~web", "web\n", false)]
    [InlineData("a~x|y", "xz", false)]
    [InlineData("a~.*", "two\nlines", true)]
    [InlineData("a~.*", null, true)]
    [InlineData("a!~.+", null, true)]
    [InlineData("a=", null, true)]
    [InlineData("a!=", null, false)]
    [InlineData("a!=x", null, true)]
    public void MatchesValue_OneFilter_ComparesTheWhole(string filter, string? value, bool expected) =>
        Assert.Equal(expected, LabelMatcher.Parse(filter).MatchesValue(value));

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Matches_AnySeries_NegationIsTheOpposite(LabelSet labels)
    {
        foreach (var name in new[] { "a", "host.name", "nowhere" })
        {
            foreach (var value in new[] { "", "a", "web-1", "λ-größe" })
            {
                var expected = (labels[name] ?? "") == value;
                Assert.Equal(expected, LabelMatcher.Parse($"{name}={value}").Matches(labels));
                Assert.Equal(!expected, LabelMatcher.Parse($"{name}!={value}").Matches(labels));
                Assert.Equal(expected, LabelMatcher.Parse($"{name}~{Regex.Escape(value)}").Matches(labels));
                Assert.Equal(!expected, LabelMatcher.Parse($"{name}!~{Regex.Escape(value)}").Matches(labels));
            }
        }
    }
}
