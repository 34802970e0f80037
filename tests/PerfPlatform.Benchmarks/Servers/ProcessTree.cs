using System.Globalization;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>CPU time of a process and of all that it started, from /proc.</summary>
internal static class ProcessTree
{
    // USER_HZ, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of the tree, with that of children that ended and were waited for; 0 for no process.</summary>
    public static double CpuSeconds(int root)
    {
        if (root == 0) return 0;
        var processes = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => char.IsAsciiDigit(n[0])).Select(Read).OfType<Stat>().ToArray();
        var tree = new HashSet<int> { root };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in processes) grown |= tree.Contains(process.Parent) && tree.Add(process.Id);
        }

        return processes.Where(p => tree.Contains(p.Id)).Sum(p => p.Ticks) / TicksPerSecond;
    }

    private sealed record Stat(int Id, int Parent, long Ticks);

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
                fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
