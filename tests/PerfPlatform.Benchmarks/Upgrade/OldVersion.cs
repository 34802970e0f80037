using System.Diagnostics;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Upgrade;

/// <summary>Another version of the product, built from git into a folder of its own, once.</summary>
internal static class OldVersion
{
    private const string Done = ".built";

    /// <summary>Returns its clone with the services built in it.</summary>
    /// <exception cref="InvalidOperationException">It is not there, or does not build.</exception>
    public static async Task<string> BuildAsync(string revision, IReadOnlyList<string> projects, CancellationToken cancellationToken)
    {
        var commit = (await RunAsync(Repository.Root, "git", ["rev-parse", "--verify", revision + "^{commit}"], cancellationToken)).Trim();
        var folder = Path.Combine(Repository.Root, "artifacts", "upgrade", commit);
        if (File.Exists(Path.Combine(folder, Done))) return folder;
        if (!Directory.Exists(folder)) await RunAsync(Repository.Root, "git", ["worktree", "add", "--detach", folder, commit], cancellationToken);
        foreach (var project in projects)
        {
            Console.WriteLine($"building {Path.GetFileName(project)} of {commit[..7]}");
            await RunAsync(folder, "dotnet", ["build", project, "-c", Repository.Configuration, "-v", "q", "-p:RunAnalyzers=false"], cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, Done), commit, cancellationToken);
        return folder;
    }

    private static async Task<string> RunAsync(string folder, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await errors}{await output}");
        return await output;
    }
}
