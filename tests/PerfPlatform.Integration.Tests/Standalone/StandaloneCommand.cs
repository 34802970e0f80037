using System.Diagnostics;
using PerfPlatform.TestServers;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>The program as a user runs one of its verbs, to its end.</summary>
internal static class StandaloneCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Returns the exit code and everything that it said.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string[] arguments, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [StandaloneProcess.Program(), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.Environment["PERFPLATFORM_SERVERS"] = TestPrograms.Programs.Folder;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, (await output + await errors).Trim());
    }
}
