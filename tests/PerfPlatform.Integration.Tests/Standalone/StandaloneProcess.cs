using System.Collections.Concurrent;
using System.Diagnostics;
using PerfPlatform.TestServers;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Standalone as a user starts it: a process of its own with its servers, on free ports and with its own data folder.</summary>
internal sealed class StandaloneProcess : IAsyncDisposable
{
    /// <summary>The key of every scope that the first start makes for these tests.</summary>
    public const string Key = "pp_test_0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    // Bounded by the life of one test: the product says a few dozen lines.
    private readonly ConcurrentQueue<string> _lines = new();

    private StandaloneProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://localhost:{port}/");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>What it has said on the console so far.</summary>
    public string Output => string.Join('\n', _lines);

    public static StandaloneProcess Start(string dataFolder, int? port = null, params (string Name, string Value)[] settings)
    {
        var chosen = port ?? FreePorts.One();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Program());
        start.Environment["PERFPLATFORM_DATA"] = dataFolder;
        start.Environment["PERFPLATFORM_SERVERS"] = TestPrograms.Programs.Folder;
        start.Environment["PERFPLATFORM_HTTP_PORT"] = chosen.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PERFPLATFORM_OTLP_HTTP_PORT"] = "0";
        start.Environment["PERFPLATFORM_OTLP_GRPC_PORT"] = "0";
        start.Environment["PERFPLATFORM_AGENT"] = "false";
        start.Environment["PERFPLATFORM_API_KEY"] = Key;
        // What an ssh client hands on, and no machine has: the servers start all the same.
        start.Environment["LC_ALL"] = "xx_XX.UTF-8";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new StandaloneProcess(Process.Start(start)!, chosen);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public Task ReadyAsync() => SaysAsync("PerfPlatform is ready: " + Address.ToString().TrimEnd('/'));

    public async Task SaysAsync(string text)
    {
        var started = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || started.Elapsed > Patience)
                throw new InvalidOperationException($"It did not say '{text}' but:\n{Output}");
            await Task.Delay(50);
        }
    }

    public void Kill() => _process.Kill();

    /// <summary>Sends SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The exit code, after it has ended.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await TerminateAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    // The project's own output, as run.sh starts it: the test project's folder has no agent and other assets.
    internal static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "PerfPlatform.sln")))
            root = root.Parent!;
        return Path.Combine(root.FullName, "services", "PerfPlatform.Standalone", "bin", configuration, framework, "PerfPlatform.Standalone.dll");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            _lines.Enqueue(line.Data);
    }
}
