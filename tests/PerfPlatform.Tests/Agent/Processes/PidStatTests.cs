using System.Text;
using PerfPlatform.Agent.Processes;
using Xunit;

namespace PerfPlatform.Tests.Agent.Processes;

/// <summary>/proc/[pid]/stat.</summary>
public class PidStatTests
{
    private const string Rest = " 7622 7622 3868 0 -1 4194304 99 0 0 0 31 11 5 6 20 0 1 0 117431 3133440 410 18446744073709551615 94863618437120 94863618457001 0";

    [Theory]
    [InlineData("7656 (cat) R" + Rest, "cat", 'R')]
    [InlineData("1 (Web Content) S" + Rest, "Web Content", 'S')]
    [InlineData("2 (a) R 1 (b) D" + Rest, "a) R 1 (b", 'D')]
    [InlineData("3 () Z" + Rest, "", 'Z')]
    public void TryParse_Line_ReadsFieldsBehindTheLastBracket(string line, string command, char state)
    {
        Assert.True(PidStat.TryParse(Encoding.UTF8.GetBytes(line), out var name, out var stat));
        Assert.Equal(command, Encoding.UTF8.GetString(name));
        Assert.Equal((state, 42UL, 117431UL, 410UL), (stat.State, stat.CpuTicks, stat.StartTicks, stat.ResidentPages));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7656 (cat")]
    [InlineData("7656 (cat) R 7622 7622")]
    public void TryParse_TornLine_IsFalse(string line) => Assert.False(PidStat.TryParse(Encoding.UTF8.GetBytes(line), out _, out _));
}
