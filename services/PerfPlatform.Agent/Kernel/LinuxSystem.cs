using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PerfPlatform.Agent.Kernel;

/// <summary>Facts of the running kernel that do not change.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxSystem
{
    private const int ScClockTicks = 2;
    private const ulong UsualTicks = 100;

    /// <summary>Clock ticks a second of the counters in /proc/stat and /proc/[pid]/stat (USER_HZ).</summary>
    public static ulong TicksPerSecond { get; } = SysConf(ScClockTicks) is > 0 and var ticks ? (ulong)ticks : UsualTicks;

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint SysConf(int name);
}
