using System.Globalization;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>CPU time of a process and of all that it started, from /proc.</summary>
internal static class ProcessTree
{
    // USER_HZ, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system seconds of the tree by program, with those of children that ended and were waited for; empty for no process.</summary>
    /// <param name="root">The first process.</param>
    /// <param name="folder">A folder, or null: whoever names it in his command line belongs to the tree too, for servers may leave their parent.</param>
    public static IReadOnlyDictionary<string, double> CpuSeconds(int root, string? folder)
    {
        if (root == 0) return new Dictionary<string, double>();
        var processes = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => char.IsAsciiDigit(n[0])).Select(Read).OfType<Stat>().ToArray();
        var tree = new HashSet<int> { root };
        if (folder is not null) tree.UnionWith(processes.Where(p => p.Command.Contains(folder, StringComparison.Ordinal)).Select(p => p.Id));
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in processes) grown |= tree.Contains(process.Parent) && tree.Add(process.Id);
        }

        return processes.Where(p => tree.Contains(p.Id)).GroupBy(p => ProgramOf(p.Command)).ToDictionary(g => g.Key, g => g.Sum(p => p.Ticks) / TicksPerSecond);
    }

    private sealed record Stat(int Id, int Parent, string Command, long Ticks);

    // 4242 (a name) S 4200 4242 ... : after the name state and parent, and as 14th to 17th field utime stime cutime cstime
    private static Stat? Read(string id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(
                int.Parse(id, CultureInfo.InvariantCulture),
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                File.ReadAllText($"/proc/{id}/cmdline"),
                fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    // The command line tells what the kernel's short name does not: servers may run through a loader, and write a title of their own.
    private static string ProgramOf(string command) =>
        command.Contains("postgres", StringComparison.Ordinal) ? "postgresql"
        : command.Contains("redis", StringComparison.Ordinal) ? "redis"
        : command.Contains("PerfPlatform", StringComparison.Ordinal) ? "perfplatform"
        : "other";
}
