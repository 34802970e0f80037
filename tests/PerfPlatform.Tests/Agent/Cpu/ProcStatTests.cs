using PerfPlatform.Agent.Cpu;
using Xunit;

namespace PerfPlatform.Tests.Agent.Cpu;

/// <summary>/proc/stat as several kernels write it.</summary>
public class ProcStatTests
{
    [Fact]
    public void TryParse_Kernel6_ReadsAll()
    {
        var stat = Parse("""
            cpu  10929 5 4032 218982 350 7 59 43 2 1
            cpu0 4689 2 1753 110666 28 3 9 22 1 0
            cpu1 6239 3 2279 108316 322 4 50 21 1 1
            intr 264002 0 0 15 0 234 93
            ctxt 773062
            btime 1795445271
            processes 7654
            procs_running 2
            procs_blocked 1
            softirq 162015 0 23057 7 15969 42568 0 63 37542 0 42809
            """);
        Assert.Equal([10929, 5, 4032, 218982, 350, 66, 43], Modes(stat.Total));
        Assert.Equal([6239, 3, 2279, 108316, 322, 54, 21], Modes(stat.Cores[1]));
        Assert.Equal((773062UL, 1795445271UL, 7654UL, 2UL, 1UL), (stat.ContextSwitches, stat.BootTimeSeconds, stat.Forks, stat.Running, stat.Blocked));
    }

    [Fact]
    public void TryParse_Kernel2632_HasNoGuestNice()
    {
        // CentOS 6: nine numbers
        var stat = Parse("cpu  74608 2520 24433 1117073 6176 4054 901 12 0\ncpu0 74608 2520 24433 1117073 6176 4054 901 12 0\nbtime 1300000000\n");
        Assert.Equal([74608, 2520, 24433, 1117073, 6176, 4955, 12], Modes(stat.Total));
    }

    [Fact]
    public void TryParse_Kernel24_HasFourNumbers()
    {
        var stat = Parse("cpu  2255 34 2290 22625563\ncpu0 1132 34 1441 11311718\n");
        Assert.Equal([2255, 34, 2290, 22625563, 0, 0, 0], Modes(stat.Total));
    }

    [Fact]
    public void TryParse_CoreGoesOffline_IsNotOnlineAnyMore()
    {
        var stat = new ProcStat();
        Assert.True(stat.TryParse("cpu  4 0 0 4\ncpu0 1 0 0 1\ncpu130 3 0 0 3\n"u8));
        Assert.True(stat.IsOnline(130));
        Assert.False(stat.IsOnline(64));
        Assert.True(stat.TryParse("cpu  4 0 0 4\ncpu0 1 0 0 1\n"u8));
        Assert.False(stat.IsOnline(130));
        Assert.True(stat.IsOnline(0));
        Assert.False(stat.IsOnline(100_000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ctxt 12\n")]
    public void TryParse_WithoutTheTotal_IsFalse(string text) => Assert.False(new ProcStat().TryParse(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void TryParse_OnceWarm_DoesNotAllocate()
    {
        var text = File.ReadAllBytes("/proc/stat");
        var stat = new ProcStat();
        stat.TryParse(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        stat.TryParse(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ProcStat Parse(string text)
    {
        var stat = new ProcStat();
        Assert.True(stat.TryParse(System.Text.Encoding.ASCII.GetBytes(text)));
        return stat;
    }

    private static long[] Modes(CpuTimes times) => [.. Enum.GetValues<CpuMode>().Select(mode => (long)times[mode])];
}
