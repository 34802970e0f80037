using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Standalone as users run it: the Release build, a process of its own, a data folder of its own.</summary>
internal sealed class StandaloneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    // The last lines, for the error text. Bounded by MaxLines.
    private const int MaxLines = 40;
    private readonly Queue<string> _lines = new();
    private readonly Process _process;
    private readonly string _data;

    private StandaloneServer(Process process, Uri url, string key, string data) => (_process, Url, Key, _data) = (process, url, key, data);

    public Uri Url { get; }

    public string Key { get; }

    public int Pid => _process.Id;

    public string DataFolder => _data;

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <exception cref="InvalidOperationException">It is not built, or ended.</exception>
    public static async Task<StandaloneServer> StartAsync(CancellationToken cancellationToken)
    {
        var program = Path.Combine(Artifacts.Root(), "services/PerfPlatform.Standalone/bin/Release/net10.0/PerfPlatform.Standalone.dll");
        if (!File.Exists(program)) throw new InvalidOperationException("Standalone is not built: dotnet build -c Release services/PerfPlatform.Standalone");
        var data = Directory.CreateTempSubdirectory("perfplatform-bench-").FullName;
        // The embedded PostgreSQL may run as another user, who must get in.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var port = FreePort();
        var key = $"pp_bench_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PERFPLATFORM_DATA"] = data;
        start.Environment["PERFPLATFORM_HTTP_PORT"] = port.ToString();
        start.Environment["PERFPLATFORM_OTLP_HTTP_PORT"] = "0";
        start.Environment["PERFPLATFORM_OTLP_GRPC_PORT"] = "0";
        start.Environment["PERFPLATFORM_OTLP_GRPC_PORT"] = "0";
        start.Environment["PERFPLATFORM_AGENT"] = "false";
        start.Environment["PERFPLATFORM_API_KEY"] = key;
        start.Environment["PERFPLATFORM_SERVERS"] = Environment.GetEnvironmentVariable("PERFPLATFORM_SERVERS") ?? "";
        if (start.Environment["PERFPLATFORM_SERVERS"] is "") start.Environment.Remove("PERFPLATFORM_SERVERS");
        var process = Process.Start(start) ?? throw new InvalidOperationException("Standalone did not start.");
        var server = new StandaloneServer(process, new Uri($"http://127.0.0.1:{port}"), key, data);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM: it stops its own servers.
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
            await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"Standalone ended with {_process.ExitCode}:\n{Lines()}");
            try
            {
                using var health = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "/health")), limit.Token);
                if (health.StatusCode == HttpStatusCode.OK && await health.Content.ReadAsStringAsync(limit.Token) == "Healthy") return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            try
            {
                await Task.Delay(200, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Standalone was not healthy within {StartLimit.TotalSeconds} s:\n{Lines()}");
            }
        }
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_lines)
        {
            _lines.Enqueue(e.Data);
            if (_lines.Count > MaxLines) _lines.Dequeue();
        }
    }

    private string Lines()
    {
        lock (_lines) return string.Join('\n', _lines);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
