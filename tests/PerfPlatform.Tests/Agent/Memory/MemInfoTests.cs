using PerfPlatform.Agent.Memory;
using Xunit;

namespace PerfPlatform.Tests.Agent.Memory;

/// <summary>/proc/meminfo and /proc/vmstat as several kernels write them.</summary>
public class MemInfoTests
{
    [Fact]
    public void TryParse_Kernel6_ReadsBytes()
    {
        Assert.True(MemInfo.TryParse("""
            MemTotal:       24684084 kB
            MemFree:        24231920 kB
            MemAvailable:   24241164 kB
            Buffers:            4272 kB
            Cached:           185108 kB
            SwapCached:           12 kB
            SwapTotal:       2097148 kB
            SwapFree:        1097148 kB
            SReclaimable:      85156 kB
            HugePages_Total:       0
            """u8, out var memory));
        Assert.Equal(24684084UL * 1024, memory.Total);
        Assert.Equal(24241164UL * 1024, memory.Available);
        Assert.Equal((185108UL + 85156) * 1024, memory.Cache);
        Assert.Equal(memory.Total, memory.Used + memory.Free + memory.Cache + memory.Buffers);
        Assert.Equal((2097148UL * 1024, 1097148UL * 1024), (memory.SwapTotal, memory.SwapFree));
    }

    [Fact]
    public void TryParse_Kernel2632_ReckonsWhatIsAvailable()
    {
        Assert.True(MemInfo.TryParse("MemTotal:        1020128 kB\nMemFree:          100000 kB\nBuffers:           20000 kB\nCached:           300000 kB\nSReclaimable:      30000 kB\n"u8, out var memory));
        Assert.Equal(450000UL * 1024, memory.Available);
    }

    [Fact]
    public void TryParse_NotMeminfo_IsFalse() => Assert.False(MemInfo.TryParse("nothing here\n"u8, out _));

    [Fact]
    public void TryParse_VmStat_ReadsTheFour()
    {
        Assert.True(VmStat.TryParse("nr_free_pages 6057980\npgpgin 1627737\npswpin 3\npswpout 4\npgfault 2885593\npgmajfault 1777\npgrefill 1\n"u8, out var stat));
        Assert.Equal((3UL, 4UL, 2885593UL, 1777UL), (stat.SwappedIn, stat.SwappedOut, stat.Faults, stat.MajorFaults));
        Assert.False(VmStat.TryParse("nr_free_pages 6057980\n"u8, out _));
    }
}
