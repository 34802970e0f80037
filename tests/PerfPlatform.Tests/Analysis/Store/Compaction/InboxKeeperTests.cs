using PerfPlatform.Analysis.Store.Compaction;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Compaction;

/// <summary>How often the inbox is looked at.</summary>
public sealed class InboxKeeperTests
{
    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(8, null, 1)]
    [InlineData(8, 100L << 20, 1)]
    [InlineData(1, 0L, 2)]
    [InlineData(8, 0L, 16)]
    [InlineData(16, -4096L, 16)]
    public void Next_AfterARound_IsAMinuteUnlessNothingCouldBeGivenBack(int last, long? released, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), InboxKeeper.Next(TimeSpan.FromMinutes(last), released));
}
