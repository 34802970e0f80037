using System.Diagnostics;
using System.Text.Json;

namespace PerfPlatform.TestServers.Topology;

/// <summary>The real Aspire dashboard, which takes the services' telemetry and tells what arrived.</summary>
public sealed class Dashboard(int port, int grpcPort, int httpPort) : IAsyncDisposable
{
    // The machine may be busy.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

#pragma warning disable RS0030 // A test's own client of a loopback address.
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://localhost:{port}"), Timeout = TimeSpan.FromSeconds(10) };
#pragma warning restore RS0030
    private Process? _process;

    /// <summary>For <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string OtlpEndpoint { get; } = $"http://localhost:{grpcPort}";

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("setsid", ["bash", Path.Combine(Repository.Root, "eng/dashboard.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DASHBOARD_PORT"] = port.ToString();
        start.Environment["DASHBOARD_GRPC_PORT"] = grpcPort.ToString();
        start.Environment["DASHBOARD_HTTP_PORT"] = httpPort.ToString();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Wait.ForAsync("the Aspire dashboard", async () => (await _client.GetAsync("/api/telemetry/resources")).IsSuccessStatusCode, StartLimit);
    }

    /// <summary>The services whose spans of a trace have arrived, each with its spans' names.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> TraceAsync(string traceId)
    {
        // OTLP's JSON: resourceSpans > scopeSpans > spans; ids in hexadecimal.
        var answer = JsonSerializer.Deserialize<JsonElement>(await _client.GetStringAsync("/api/telemetry/spans?limit=10000&traceId=" + traceId));
        var services = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var resource in answer.GetProperty("data").GetProperty("resourceSpans").EnumerateArray())
        {
            var name = resource.GetProperty("resource").GetProperty("attributes").EnumerateArray()
                .First(a => a.GetProperty("key").GetString() == "service.name").GetProperty("value").GetProperty("stringValue").GetString()!;
            var spans = resource.GetProperty("scopeSpans").EnumerateArray().SelectMany(s => s.GetProperty("spans").EnumerateArray())
                .Where(s => s.GetProperty("traceId").GetString() == traceId).Select(s => s.GetProperty("name").GetString()!).ToList();
            if (spans.Count > 0) services[name] = [.. services.GetValueOrDefault(name, []), .. spans];
        }

        return services;
    }

    /// <summary>The names of the services that sent anything.</summary>
    public async Task<IReadOnlyList<string>> ResourcesAsync() =>
        [.. JsonSerializer.Deserialize<JsonElement>(await _client.GetStringAsync("/api/telemetry/resources")).EnumerateArray().Select(r => r.GetProperty("name").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is null) return;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
