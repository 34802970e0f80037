using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace PerfPlatform.TestServers.Topology;

/// <summary>
/// The distributed form as the AppHost composes it: every service as its own process on a free port, with real PostgreSQL with TimescaleDB,
/// Redis and RabbitMQ, everything through the web front end. Started once for the test process.
/// </summary>
public sealed class DistributedApp : IAsyncDisposable
{
    public const string AdministratorPassword = "correct horse battery staple";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly PostgresFixture _postgres = new(durable: true);
    private readonly RedisFixture _redis = new();
    private readonly Dictionary<string, ServiceProcess> _services = [];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private TestDatabase? _database;
    private bool _started;

    /// <summary>Whether telemetry goes to an Aspire dashboard of its own.</summary>
    public bool WithDashboard { get; init; } = true;

    /// <summary>A key with every scope.</summary>
    public string Key { get; } = "pp_endtoend_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public RabbitMqFixture Broker { get; } = new();

    public Dashboard Dashboard => field ??= CreateDashboard();

    public Uri Address => Addresses["web"];

    public IReadOnlyDictionary<string, Uri> Addresses { get; } = Ports("ingestion", "analysis", "alerting", "reports", "web");

    /// <summary>A client of the web front end with the key.</summary>
    public HttpClient Client => field ??= CreateClient(Key);

    public ServiceProcess Service(string name) => _services[name];

    /// <summary>Starts everything unless it runs, and returns when every service is healthy.</summary>
    public async Task<DistributedApp> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (!_started) await StartAsync();
            _started = true;
            return this;
        }
        finally
        {
            _starting.Release();
        }
    }

    public HttpClient CreateClient(string? key)
    {
#pragma warning disable RS0030 // A test's own client of a loopback address.
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public string Logs() => string.Join("\n", _services.Values.Select(s => $"== {s.Name}\n{s.Output}"));

    public async Task HealthyAsync(string service) => await Wait.ForAsync(
        $"{service} healthy",
        async () =>
        {
            if (_services[service].HasExited) throw new InvalidOperationException($"{service} ended:\n{_services[service].Output}");
            using var client = CreateClient(null);
            return await client.GetStringAsync(new Uri(Addresses[service], "/health"));
        },
        status => status == "Healthy",
        StartLimit,
        Logs);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values) await service.DisposeAsync();
        if (WithDashboard) await Dashboard.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        await Broker.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        _starting.Dispose();
    }

    private static Dashboard CreateDashboard()
    {
        var ports = Ports("pages", "grpc", "http");
        return new Dashboard(ports["pages"].Port, ports["grpc"].Port, ports["http"].Port);
    }

    private static Dictionary<string, Uri> Ports(params string[] names) =>
        names.Zip(FreePorts.Some(names.Length)).ToDictionary(p => p.First, p => new Uri($"http://127.0.0.1:{p.Second}"));

    private async Task StartAsync()
    {
        await Task.WhenAll(_postgres.StartAsync(), _redis.StartAsync(), Broker.StartAsync(), WithDashboard ? Dashboard.StartAsync() : Task.CompletedTask);
        _database = await _postgres.CreateDatabaseAsync();
        foreach (var (name, project) in (IEnumerable<(string, string)>)
        [
            ("ingestion", "services/PerfPlatform.Ingestion"),
            ("analysis", "services/PerfPlatform.Analysis"),
            ("alerting", "services/PerfPlatform.Alerting"),
            ("reports", "services/PerfPlatform.Reports"),
            ("web", "web/PerfPlatform.Web"),
        ])
        {
            _services[name] = new ServiceProcess(project, Environment(name));
            _services[name].Start();
        }

        foreach (var name in Addresses.Keys) await HealthyAsync(name);
    }

    private Dictionary<string, string> Environment(string service)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Addresses[service].ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["PERFPLATFORM_SECRET"] = Convert.ToBase64String(SHA256.HashData("end to end"u8)),
            ["ConnectionStrings__redis"] = _redis.ConnectionString,
            ["ConnectionStrings__rabbitmq"] = Broker.ConnectionString,
            // As many as a small installation has; the default of 16 is for several replicas of Analysis.
            ["Messaging__Partitions"] = "4",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        if (service != "ingestion") environment["ConnectionStrings__metrics"] = _database!.ConnectionString;
        if (service == "web")
        {
            environment["PERFPLATFORM_ADMIN_PASSWORD"] = AdministratorPassword;
            environment["PERFPLATFORM_API_KEY"] = Key;
        }

        foreach (var (name, address) in Addresses) environment[$"services__{name}__http__0"] = address.ToString();
        environment["OTEL_SERVICE_NAME"] = service;
        if (!WithDashboard) return environment;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Dashboard.OtlpEndpoint;
        environment["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        return environment;
    }
}
