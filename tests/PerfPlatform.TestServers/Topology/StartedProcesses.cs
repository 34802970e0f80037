using System.Text;

namespace PerfPlatform.TestServers.Topology;

/// <summary>The processes that were started for a test's folder, whoever is their parent by now: their environment names it (it is inherited), or they work in it (servers write over their environment).</summary>
public static class StartedProcesses
{
    /// <summary>The variable that names the folder, for processes that would have nothing else of it.</summary>
    public const string Variable = "PERFPLATFORM_TEST_FOLDER";

    /// <summary>Their command lines.</summary>
    public static IReadOnlyList<string> Of(string folder)
    {
        var mark = Encoding.UTF8.GetBytes(folder);
        var started = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            try
            {
                if (IsIn(folder, process) || File.ReadAllBytes(process + "/environ").AsSpan().IndexOf(mark) >= 0)
                    started.Add($"{Path.GetFileName(process)} {File.ReadAllText(process + "/cmdline").Replace('\0', ' ')}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is another user's.
            }
        }

        return started;
    }

    private static bool IsIn(string folder, string process) => new FileInfo(process + "/cwd").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;
}
