using PerfPlatform.Analysis.Bus;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Bus;

public sealed class StandingPartitionsTests
{
    private readonly StandingPartitions _partitions = new(TimeSpan.FromSeconds(15));

    [Fact]
    public void Look_MessagesWaitAndNoneIsWritten_IsNamedAfterTheTime()
    {
        Assert.Empty(Look(0, (3, 10, 100), (4, 10, 100)));
        Assert.Empty(Look(14, (3, 12, 100), (4, 12, 105)));
        var standing = Assert.Single(Look(15, (3, 14, 100), (4, 14, 105)));
        Assert.Equal(new StandingPartition(3, 14, 100, TimeSpan.FromSeconds(15)), standing);
        Assert.Equal([3, 4], Look(29, (3, 14, 100), (4, 14, 105)).Select(s => s.Partition));
    }

    [Fact]
    public void Look_OneIsWritten_ItGoesOn()
    {
        Look(0, (3, 10, 100));
        Assert.Single(Look(20, (3, 10, 100)));
        Assert.Empty(Look(21, (3, 9, 101)));
        Assert.Empty(Look(35, (3, 9, 101)));
        Assert.Single(Look(36, (3, 9, 101)));
    }

    [Fact]
    public void Look_NothingWaits_NothingStands()
    {
        Look(0, (3, 0, 100));
        Assert.Empty(Look(60, (3, 0, 100)));
        // From when on messages wait it counts.
        Assert.Empty(Look(61, (3, 1, 100)));
        Assert.Empty(Look(74, (3, 1, 100)));
        Assert.Single(Look(75, (3, 1, 100)));
    }

    [Fact]
    public void Look_PartitionThatWentElsewhereAndCameBack_IsNew()
    {
        Look(0, (3, 5, 100));
        Assert.Empty(Look(10));
        Assert.Empty(Look(20, (3, 5, 100)));
    }

    private IReadOnlyList<StandingPartition> Look(int second, params (int Partition, long Waiting, long Finished)[] partitions) => _partitions.Look(partitions, TimeSpan.FromSeconds(second));
}
