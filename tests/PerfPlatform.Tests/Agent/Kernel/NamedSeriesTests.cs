using System.Text;
using PerfPlatform.Agent.Kernel;
using Xunit;

namespace PerfPlatform.Tests.Agent.Kernel;

/// <summary>State by name over rounds.</summary>
public class NamedSeriesTests
{
    private readonly NamedSeries<string> _series = new(name => new string(name));

    [Fact]
    public void See_SameNamesAgain_GivesTheSameState()
    {
        var first = Round("a", "b", "c");
        Assert.Equal(["a", "b", "c"], first);
        var second = Round("c", "a", "b");
        Assert.Same(first[0], second[1]);
        Assert.Same(first[2], second[0]);
    }

    [Fact]
    public void EndRound_NameGone_IsForgotten()
    {
        var first = Round("a", "b");
        Round("b");
        Assert.Equal(1, _series.Count);
        Assert.NotSame(first[0], Round("a")[0]);
    }

    [Fact]
    public void See_BeyondTheBound_IsNull()
    {
        Round([.. Enumerable.Range(0, 256).Select(i => "n" + i)]);
        _series.BeginRound();
        Assert.Null(_series.See("more"u8));
        Assert.NotNull(_series.See("n7"u8));
    }

    private List<string?> Round(params string[] names)
    {
        _series.BeginRound();
        List<string?> seen = [.. names.Select(name => _series.See(Encoding.ASCII.GetBytes(name)))];
        _series.EndRound();
        return seen;
    }
}
