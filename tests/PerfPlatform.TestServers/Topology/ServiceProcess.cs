using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PerfPlatform.TestServers.Topology;

/// <summary>One of the product's executables as a real process. It can be killed as a crash would, ended as an administrator would, and started again.</summary>
public sealed partial class ServiceProcess(string project, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LinesKept = 400;

    // Bounded by LinesKept.
    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;

    public string Name { get; } = Path.GetFileName(project);

    /// <summary>The clone whose build is started: another one than the tests' own is another version.</summary>
    public string Root { get; init; } = Repository.Root;

    public string Output => string.Join('\n', _lines);

    public void Start()
    {
        var program = Path.Combine(Root, project, "bin", Repository.Configuration, "net10.0", Name + ".dll");
        if (!File.Exists(program)) throw new FileNotFoundException($"{Name} is not built for {Repository.Configuration}: build PerfPlatform.sln first.", program);
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(program)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the answer is the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (_process!.HasExited) return _process.ExitCode;
        _ = SendSignal(_process.Id, Terminate);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw new TimeoutException($"{Name} did not end within 40 s of SIGTERM:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Returns its exit code once it has ended by itself.</summary>
    /// <exception cref="TimeoutException">It has not.</exception>
    public async Task<int> EndedAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        try
        {
            await _process!.WaitForExitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Name} did not end within {limit.TotalSeconds} s:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>By SIGTERM: servers of a Standalone that is killed run on, for its next start takes them over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await StopAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    private void Keep(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept) _lines.TryDequeue(out _);
    }
}
