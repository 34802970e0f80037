using System.Text;
using PerfPlatform.Agent.Disks;
using Xunit;

namespace PerfPlatform.Tests.Agent.Disks;

/// <summary>/proc/diskstats as several kernels write it, and what follows of two readings.</summary>
public class DiskCountersTests
{
    [Theory]
    [InlineData(" 254       0 vda 32987 7768 3255474 8824 13539 16089 7150848 18054 3 6024 27237 4037 14 442424 319 1196 38")]   // 6.18
    [InlineData(" 254       0 vda 32987 7768 3255474 8824 13539 16089 7150848 18054 3 6024 27237 4037 14 442424 319")]           // 4.19
    [InlineData(" 254    0 vda 32987 7768 3255474 8824 13539 16089 7150848 18054 3 6024 27237")]                                  // 3.10
    public void TryParse_Line_ReadsElevenFields(string line)
    {
        Assert.True(DiskCounters.TryParse(Encoding.ASCII.GetBytes(line), out var name, out var disk));
        Assert.Equal("vda", Encoding.ASCII.GetString(name));
        Assert.Equal((32987UL, 7768UL, 3255474UL * 512, 8824UL), (disk.Reads, disk.ReadsMerged, disk.BytesRead, disk.ReadMilliseconds));
        Assert.Equal((13539UL, 16089UL, 7150848UL * 512, 18054UL), (disk.Writes, disk.WritesMerged, disk.BytesWritten, disk.WriteMilliseconds));
        Assert.Equal((3UL, 6024UL, 27237UL), (disk.InFlight, disk.BusyMilliseconds, disk.WeightedMilliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   8       1 sda1 35486 38030 38030 38030")]    // partitions of 2.6.24 and before
    public void TryParse_OtherLines_IsFalse(string line) => Assert.False(DiskCounters.TryParse(Encoding.ASCII.GetBytes(line), out _, out _));

    [Fact]
    public void Between_BusyHalfTheTime_IsAHalf()
    {
        var before = new DiskCounters { BusyMilliseconds = uint.MaxValue - 99, WeightedMilliseconds = 1000 };
        var after = new DiskCounters { BusyMilliseconds = 400, WeightedMilliseconds = 3500 };
        // The word of busy milliseconds wraps in between: 100 before and 400 after.
        Assert.Equal(new DiskActivity(0.5, 2.5), DiskActivity.Between(before, after, TimeSpan.FromSeconds(1)));
        Assert.Equal(1, DiskActivity.Between(before, after, TimeSpan.FromSeconds(0.4)).Utilization);
        Assert.Equal(default, DiskActivity.Between(before, after, TimeSpan.Zero));
    }
}
