using System.Globalization;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>What processes and all that they started take, from /proc.</summary>
internal static class ProcessTree
{
    // USER_HZ, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system seconds by program, with those of children that ended and were waited for.</summary>
    /// <param name="roots">The first processes.</param>
    /// <param name="folder">A folder, or null: whoever names it in his command line belongs to the tree too, for servers may leave their parent.</param>
    public static IReadOnlyDictionary<string, double> CpuSeconds(IReadOnlyCollection<int> roots, string? folder) =>
        Of(roots, folder).GroupBy(p => ProgramOf(p.Command)).ToDictionary(g => g.Key, g => g.Sum(p => p.Ticks) / TicksPerSecond);

    /// <summary>Bytes of memory by program: the proportional set size, in which shared pages are counted once.</summary>
    public static IReadOnlyDictionary<string, long> MemoryBytes(IReadOnlyCollection<int> roots, string? folder) =>
        Of(roots, folder).GroupBy(p => ProgramOf(p.Command)).ToDictionary(g => g.Key, g => g.Sum(p => ProportionalBytes(p.Id)));

    /// <summary>Memory, open file handles and threads by program.</summary>
    public static IReadOnlyDictionary<string, ProgramUse> Uses(IReadOnlyCollection<int> roots, string? folder) =>
        Of(roots, folder).GroupBy(p => ProgramOf(p.Command)).ToDictionary(g => g.Key, g => new ProgramUse(g.Sum(p => ProportionalBytes(p.Id)), g.Sum(p => Handles(p.Id)), g.Sum(p => p.Threads)));

    /// <summary>A process and all that descend from it.</summary>
    public static IReadOnlyList<int> Ids(int root) => [.. Of([root], null).Select(p => p.Id)];

    private sealed record Stat(int Id, int Parent, string Command, long Ticks, int Threads);

    private static IEnumerable<Stat> Of(IReadOnlyCollection<int> roots, string? folder)
    {
        var processes = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => char.IsAsciiDigit(n[0])).Select(Read).OfType<Stat>().ToArray();
        var tree = new HashSet<int>(roots);
        if (folder is not null) tree.UnionWith(processes.Where(p => p.Command.Contains(folder, StringComparison.Ordinal)).Select(p => p.Id));
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in processes) grown |= tree.Contains(process.Parent) && tree.Add(process.Id);
        }

        return processes.Where(p => tree.Contains(p.Id) && p.Id != Environment.ProcessId);
    }

    // 4242 (a name) S 4200 4242 ... : after the name state and parent, and as 14th to 17th field utime stime cutime cstime, as 20th the threads
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
                fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)),
                int.Parse(fields[17], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    private static long ProportionalBytes(int id)
    {
        try
        {
            // Pss:     123456 kB
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[4..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int Handles(int id)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return 0;
        }
    }

    // The command line tells what the kernel's short name does not: servers may run through a loader, and write a title of their own.
    private static string ProgramOf(string command)
    {
        foreach (var (part, program) in new[]
        {
            ("postgres", "postgresql"), ("redis", "redis"), ("rabbit", "rabbitmq"), ("victoria-metrics", "victoria-metrics"), ("prometheus", "prometheus"),
            ("PerfPlatform.Ingestion", "ingestion"), ("PerfPlatform.Analysis", "analysis"), ("PerfPlatform.Alerting", "alerting"),
            ("PerfPlatform.Reports", "reports"), ("PerfPlatform.Web", "web"), ("PerfPlatform", "perfplatform"),
        })
        {
            if (command.Contains(part, StringComparison.Ordinal)) return program;
        }

        return "other";
    }
}
