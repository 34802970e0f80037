using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Queries;

public sealed class EnumWordsTests
{
    [Theory]
    [InlineData("firing", AlertState.Firing)]
    [InlineData("firing,pending", AlertState.Firing, AlertState.Pending)]
    [InlineData("firing, Resolved", AlertState.Firing, AlertState.Resolved)] // as flags these two would be unknown
    [InlineData("pending,resolved,unknown", AlertState.Pending, AlertState.Resolved, AlertState.Unknown)]
    public void ReadAll_SeveralWords_AreEachOfThem(string text, params AlertState[] expected)
    {
        Assert.Equal(expected, EnumWords.ReadAll<AlertState>("state", [text]));
        Assert.Equal(expected, EnumWords.ReadAll<AlertState>("state", text.Split(',', StringSplitOptions.TrimEntries)));
    }

    [Theory]
    [InlineData("burning", "burning")]
    [InlineData("firing,pendign", "pendign")]
    [InlineData("firing,", "")]
    [InlineData("1", "1")]
    public void ReadAll_AnotherWord_NamesItAndTheWordsThereAre(string text, string wrong) => Assert.Equal(
        $"'state' is '{wrong}': write one of pending, firing, resolved, unknown.",
        Assert.Throws<QueryException>(() => EnumWords.ReadAll<AlertState>("state", [text])).Message);

    [Fact]
    public void ReadAll_LeftOut_IsNone() => Assert.Empty(EnumWords.ReadAll<AlertState>("state", null));
}
