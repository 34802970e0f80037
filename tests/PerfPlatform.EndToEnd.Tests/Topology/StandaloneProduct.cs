using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests.Topology;

/// <summary>Standalone without an agent, started once for a test class; its samples are what the test sends.</summary>
public sealed class StandaloneProduct : IAsyncLifetime
{
    private const string Key = "pp_pages_00112233445566778899aabbccddeeff00112233";

    private TestFolder _folder = null!;
    private HttpClient _client = null!;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.One()}");

    public ServiceProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await TestFolder.CreateAsync("pages");
        var ports = FreePorts.Some(2);
        Process = new ServiceProcess("services/PerfPlatform.Standalone", new Dictionary<string, string>
        {
            ["PERFPLATFORM_DATA"] = _folder.Path,
            ["PERFPLATFORM_SERVERS"] = TestPrograms.Programs.Folder,
            ["PERFPLATFORM_HTTP_PORT"] = Address.Port.ToString(CultureInfo.InvariantCulture),
            ["PERFPLATFORM_OTLP_HTTP_PORT"] = ports[0].ToString(CultureInfo.InvariantCulture),
            ["PERFPLATFORM_OTLP_GRPC_PORT"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["PERFPLATFORM_ADMIN_PASSWORD"] = DistributedApp.AdministratorPassword,
            ["PERFPLATFORM_API_KEY"] = Key,
            ["PERFPLATFORM_AGENT"] = "false",
        });
#pragma warning disable RS0030 // A test's own client of a loopback address.
        _client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        await StartAsync();
    }

    /// <summary>Starts it, also after it was stopped, and waits until it takes the key.</summary>
    public async Task StartAsync()
    {
        Process.Start();
        await Wait.ForAsync("Standalone ready", async () => (await _client.GetAsync("/api/v1/metrics?limit=1")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(120), () => Process.Output);
    }

    /// <summary>A total of the processor, by which hosts of the agent are known.</summary>
    public Task SendHostAsync(string host, double cpu = 0.25, TimeSpan ago = default) => SendAsync("system.cpu.utilization", new() { ["host.name"] = host }, cpu, ago);

    public Task SendAsync(string metric, Dictionary<string, string> labels, double value, TimeSpan ago = default) =>
        PostAsync("/api/v1/samples", new { samples = new[] { new { metric, labels, time = (TimeProvider.System.GetUtcNow() - ago).ToUnixTimeMilliseconds(), value } } });

    /// <summary>Returns when a host that sends is in the list of hosts: the Overview of one that is not shows another.</summary>
    public Task KnowsAsync(string host) => _client.KnowsHostAsync(host);

    public Task PostAsync(string path, object body) => _client.PostAsync(path, body);

    /// <summary>Sends twice a second until the token ends it.</summary>
    public static async Task RepeatAsync(Func<Task> send, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            do await send();
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
