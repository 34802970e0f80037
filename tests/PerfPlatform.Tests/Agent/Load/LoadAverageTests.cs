using PerfPlatform.Agent.Load;
using Xunit;

namespace PerfPlatform.Tests.Agent.Load;

/// <summary>/proc/loadavg.</summary>
public class LoadAverageTests
{
    [Fact]
    public void TryParse_Line_ReadsThreeNumbers()
    {
        Assert.True(LoadAverage.TryParse("0.12 10.11 128.13 2/93 7654\n"u8, out var load));
        Assert.Equal(new LoadAverage(0.12, 10.11, 128.13), load);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.12 0.11")]
    [InlineData("a b c")]
    public void TryParse_NotALine_IsFalse(string text) => Assert.False(LoadAverage.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out _));
}
