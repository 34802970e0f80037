using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PerfPlatform.Agent.Kernel;

/// <summary>The C library's heap, from which the runtime and zlib take their memory.</summary>
[SupportedOSPlatform("linux")]
internal static class NativeHeap
{
    // M_ARENA_MAX of glibc's malloc.h.
    private const int ArenaMax = -8;

    /// <summary>
    /// Has all threads share one arena. glibc gives each thread one of its own, which for the agent's few allocations a second is 9 MB for nothing.
    /// Other C libraries have no arenas and no such function.
    /// </summary>
    public static unsafe void UseOneArena()
    {
        if (NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "mallopt", out var mallopt))
            _ = ((delegate* unmanaged<int, int, int>)mallopt)(ArenaMax, 1);
    }
}
