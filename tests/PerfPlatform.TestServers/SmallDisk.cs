using System.ComponentModel;
using System.Diagnostics;

namespace PerfPlatform.TestServers;

/// <summary>A folder on a file system of its own, in memory, that can be full: its size is then what it holds. Only an administrator may mount one.</summary>
public sealed class SmallDisk
{
    private const int Attempts = 20;
    private const int PageBytes = 4096;
    private readonly string _folder;
    private readonly long _bytes;

    private SmallDisk(string folder, long bytes) => (_folder, _bytes) = (folder, bytes);

    /// <summary>Makes one; null where the machine does not let us.</summary>
    public static SmallDisk? TryMount(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={bytes},mode=755", "perfplatform", folder) ? new SmallDisk(folder, bytes) : null;
    }

    /// <summary>Leaves so many bytes to write.</summary>
    public void Fill(long left = 0)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // Less than it holds is refused: then more has been written meanwhile. 0 would be no limit.
            var drive = new DriveInfo(_folder);
            if (Resize(Math.Max(PageBytes, drive.TotalSize - drive.TotalFreeSpace + left))) return;
        }

        throw new InvalidOperationException($"{_folder} could not be filled.");
    }

    /// <summary>Gives the space back.</summary>
    public void Empty()
    {
        if (!Resize(_bytes)) throw new InvalidOperationException($"{_folder} could not be given its space back.");
    }

    /// <summary>Takes away those that are below a folder; who still has a file open there keeps it.</summary>
    public static void Release(string folder)
    {
        // perfplatform /tmp/pp-test-1-app-1a2b3c/postgres tmpfs rw,relatime,size=65536k,mode=755 0 0
        foreach (var at in File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).Where(at => at.StartsWith(folder + "/", StringComparison.Ordinal)).ToList())
            Run("umount", "-l", at);
    }

    private bool Resize(long bytes) => Run("mount", "-o", $"remount,size={bytes}", _folder);

    private static bool Run(string program, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // There is no such program here.
            return false;
        }
    }
}
