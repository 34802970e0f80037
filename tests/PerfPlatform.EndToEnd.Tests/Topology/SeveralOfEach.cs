using System.Net;
using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests.Topology;

/// <summary>Real processes: two of Ingestion, of Web and of Reports, and an Analysis. In front of Ingestion and of Web is a plain balancer. Started once for a test class.</summary>
public sealed class SeveralOfEach : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";

    public const string Key = "pp_several_00112233445566778899aabbccddeeff00112233";

    private readonly PostgresFixture _postgres = new();
    private readonly RedisFixture _redis = new();
    private readonly RabbitMqFixture _broker = new();
    private readonly Dictionary<string, (ServiceProcess Process, Uri Address)[]> _services = [];

    public Balancer Ingestion { get; private set; } = null!;

    public Balancer Web { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_postgres.StartAsync(), _redis.StartAsync(), _broker.StartAsync());
        var database = await _postgres.CreateDatabaseAsync();
        var ports = FreePorts.Some(8);
        var addresses = new Dictionary<string, Uri[]>
        {
            [ResourceNames.Ingestion] = [Local(ports[0]), Local(ports[1])],
            [ResourceNames.Web] = [Local(ports[2]), Local(ports[3])],
            [ResourceNames.Reports] = [Local(ports[4]), Local(ports[5])],
            [ResourceNames.Analysis] = [Local(ports[6])],
        };
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__metrics"] = database.ConnectionString,
            ["ConnectionStrings__redis"] = _redis.ConnectionString,
            ["ConnectionStrings__rabbitmq"] = _broker.ConnectionString,
            [InstallationSecret.Setting] = InstallationSecret.Generate(),
            ["Messaging__Partitions"] = "2",
            ["PERFPLATFORM_ADMIN_PASSWORD"] = Password,
            ["PERFPLATFORM_API_KEY"] = Key,
            // A report whose process was killed is made by the other soon.
            ["Reports__Lease"] = "00:00:05",
            ["Reports__SweepInterval"] = "00:00:01",
            // Nobody: what is asked of it is said to be missing.
            [$"services__{ResourceNames.Alerting}__http__0"] = Local(ports[7]).ToString(),
        };
        foreach (var (name, all) in addresses)
        {
            for (var i = 0; i < all.Length; i++) environment[$"services__{name}__http__{i}"] = all[i].ToString();
        }

        foreach (var (name, all) in addresses) _services[name] = [.. all.Select(address => (new ServiceProcess(Project(name), new Dictionary<string, string>(environment) { ["ASPNETCORE_URLS"] = address.ToString() }), address))];
        foreach (var (process, _) in _services.Values.SelectMany(s => s)) process.Start();
        (Ingestion, Web) = (new Balancer(addresses[ResourceNames.Ingestion]), new Balancer(addresses[ResourceNames.Web]));
        foreach (var (name, all) in addresses)
        {
            for (var i = 0; i < all.Length; i++) await ReadyAsync(name, i);
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync(string service, int replica) => _services[service][replica].Process.KillAsync();

    /// <summary>Starts one that was killed, and waits until it is ready.</summary>
    public Task StartAsync(string service, int replica)
    {
        _services[service][replica].Process.Start();
        return ReadyAsync(service, replica);
    }

    /// <summary>What the processes wrote.</summary>
    public string Output() => string.Join('\n', _services.SelectMany(s => s.Value.Select(p => $"== {s.Key} {p.Address}\n{p.Process.Output}")));

    /// <summary>A client with the key; each request has a connection of its own, so that the balancer deals them out one by one.</summary>
    public static HttpClient Client(Balancer balancer)
    {
#pragma warning disable RS0030 // A test's own client of a loopback address.
        var client = new HttpClient { BaseAddress = balancer.Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.ConnectionClose = true;
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (Web is not null) await Web.DisposeAsync();
        if (Ingestion is not null) await Ingestion.DisposeAsync();
        await Task.WhenAll(_services.Values.SelectMany(s => s).Select(s => s.Process.DisposeAsync().AsTask()));
        await _broker.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    private static string Project(string service)
    {
        var name = "PerfPlatform." + char.ToUpperInvariant(service[0]) + service[1..];
        return service == ResourceNames.Web ? "web/" + name : "services/" + name;
    }

    private async Task ReadyAsync(string service, int replica)
    {
#pragma warning disable RS0030 // A test's own client of a loopback address.
        using var client = new HttpClient { BaseAddress = _services[service][replica].Address };
#pragma warning restore RS0030
        await Wait.ForAsync($"{service} {replica} ready", async () => (await client.GetAsync("/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromMinutes(2), Output);
    }
}
