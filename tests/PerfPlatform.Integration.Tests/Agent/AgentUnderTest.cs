using System.Diagnostics;
using System.Runtime.InteropServices;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>The agent as a real process with a folder of its own.</summary>
public sealed class AgentUnderTest : IAsyncDisposable
{
    private const int SignalTerm = 15;

    // As it is installed: the tests' own folder lacks what their framework has and the agent's has not.
    private static readonly string Program = Path.Combine(Repository.Root, "services/PerfPlatform.Agent/bin", Repository.Configuration, "net10.0/PerfPlatform.Agent.dll");

    private readonly Process _process;
    private readonly Task<string> _log;

    private AgentUnderTest(Process process) => (_process, _log) = (process, process.StandardError.ReadToEndAsync());

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static AgentUnderTest Start(string folder, string endpoint, params string[] more) => Start(folder, endpoint, new Dictionary<string, string>(), more);

    public static AgentUnderTest Start(string folder, string endpoint, IReadOnlyDictionary<string, string> environment, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])
            [Program, "--endpoint", endpoint, "--api-key", "pp_test_key", "--buffer-dir", folder, "--host-name", "web-1", .. more])
            start.ArgumentList.Add(argument);
        // Whatever the tests themselves were started with.
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new AgentUnderTest(Process.Start(start)!);
    }

    /// <summary>SIGTERM; the answer is the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Xunit.Assert.Equal(0, Kill(_process.Id, SignalTerm));
        return await ExitAsync();
    }

    /// <summary>As kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public Task<string> LogAsync() => _log;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
