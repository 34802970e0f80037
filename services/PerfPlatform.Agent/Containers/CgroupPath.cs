using System.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Containers;

/// <summary>
/// Where a process stands in the control groups, from /proc/self/cgroup:
/// <code>
/// 4:memory:/docker/788a6b68557b           v1: id:controllers:path
/// 3:cpu,cpuacct:/docker/788a6b68557b
/// 0::/system.slice/x.service              v2: one line, no controllers
/// </code>
/// </summary>
internal static class CgroupPath
{
    /// <summary>The path for a controller of version 1, or of version 2 for the empty name; null when there is none.</summary>
    public static string? Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> controller)
    {
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            var first = line.IndexOf((byte)':');
            if (first < 0)
                continue;
            var rest = line[(first + 1)..];
            var second = rest.IndexOf((byte)':');
            if (second < 0 || !Names(rest[..second], controller))
                continue;
            return Encoding.UTF8.GetString(rest[(second + 1)..]);
        }

        return null;
    }

    private static bool Names(ReadOnlySpan<byte> list, ReadOnlySpan<byte> controller)
    {
        if (controller.IsEmpty)
            return list.IsEmpty;
        while (true)
        {
            var comma = list.IndexOf((byte)',');
            if ((comma < 0 ? list : list[..comma]).SequenceEqual(controller))
                return true;
            if (comma < 0)
                return false;
            list = list[(comma + 1)..];
        }
    }
}
