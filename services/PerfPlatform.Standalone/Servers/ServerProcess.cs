using System.Globalization;

namespace PerfPlatform.Standalone.Servers;

/// <summary>
/// A server's main process, known by its pid file and not as a child: a server that outlived a killed parent is found the same way.
/// </summary>
internal static class ServerProcess
{
    /// <summary>
    /// The pid on the first line of <paramref name="pidFile"/> when that process lives and works in <paramref name="folder"/>
    /// (both servers change into their data folder), else null: pids are reused.
    /// </summary>
    public static int? Find(string pidFile, string folder)
    {
        try
        {
            var pid = int.Parse(File.ReadLines(pidFile).First(), CultureInfo.InvariantCulture);
            return WorksIn(pid, Real(folder)) ? pid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Makes a killed server's folder free: its orphaned processes end by themselves within moments (and are killed if not), and then the
    /// files that hold its pid go. A dead process that its parent never waited for keeps its pid, and PostgreSQL would take it for a running one.
    /// </summary>
    public static async Task ClearAsync(string folder, IEnumerable<string> pidFiles, CancellationToken cancellationToken)
    {
        var real = Real(folder);
        foreach (var path in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid))
                continue;
            if (!WorksIn(pid, real) || await WaitForEndAsync(pid, TimeSpan.FromSeconds(5), cancellationToken))
                continue;
            Signal(pid, Posix.Kill);
            await WaitForEndAsync(pid, TimeSpan.FromSeconds(5), cancellationToken);
        }

        foreach (var file in pidFiles)
            File.Delete(file);
    }

    public static void Signal(int pid, int signal)
    {
        // Fails when it is gone already, which is what the signal is for.
        _ = Posix.Signal(pid, signal);
    }

    /// <summary>True when the process ended within <paramref name="limit"/>.</summary>
    public static async Task<bool> WaitForEndAsync(int pid, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (IsAlive(pid))
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return true;
    }

    // /proc/77/stat: 77 (redis-server) S 1 77 ... ; Z is a dead process that nobody has waited for.
    private static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var state = stat.AsSpan(stat.LastIndexOf(')') + 2)[0];
            return state is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool WorksIn(int pid, string realFolder)
    {
        try
        {
            return IsAlive(pid) && Directory.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName == realFolder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another user's.
            return false;
        }
    }

    private static string Real(string folder)
    {
        // The kernel names the folder without symbolic links, at whatever depth they are.
        var path = "/";
        foreach (var part in Path.GetFullPath(folder).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, part);
            path = Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }

        return path;
    }
}
