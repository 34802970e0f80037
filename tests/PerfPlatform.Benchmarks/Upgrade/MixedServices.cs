using System.Security.Cryptography;
using Npgsql;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Upgrade;

/// <summary>The services as plain processes over real servers, as an administrator without containers runs them: each at its own port, whichever version it is of.</summary>
internal sealed class MixedServices : IAsyncDisposable
{
    /// <summary>In the order in which they are replaced: whoever answers before whoever asks, and the owner of the samples first.</summary>
    public static readonly IReadOnlyList<string> Projects =
        ["services/PerfPlatform.Analysis", "services/PerfPlatform.Alerting", "services/PerfPlatform.Reports", "services/PerfPlatform.Ingestion", "web/PerfPlatform.Web"];

    /// <summary>A key with every scope.</summary>
    public const string Key = "pp_upgrade_0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly PostgresFixture _postgres = new(durable: true);
    private readonly RedisFixture _redis = new();
    private readonly RabbitMqFixture _rabbitMq = new();
    private readonly Dictionary<string, ServiceProcess> _running = []; // one a project
    private readonly Dictionary<string, Uri> _addresses;
    private readonly HttpClient _health = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(2) };
    private Dictionary<string, string> _environment = [];
    private TestDatabase? _database;

    public MixedServices()
    {
        var ports = FreePorts.Some(Projects.Count);
        _addresses = Projects.Select((project, i) => (project, Address: new Uri($"http://127.0.0.1:{ports[i]}"))).ToDictionary(p => p.project, p => p.Address);
    }

    public Uri Web => _addresses["web/PerfPlatform.Web"];

    public Uri Ingestion => _addresses["services/PerfPlatform.Ingestion"];

    /// <summary>Starts the servers, and every service of a clone.</summary>
    public async Task StartAsync(string clone)
    {
        await Task.WhenAll(_postgres.StartAsync(), _redis.StartAsync(), _rabbitMq.StartAsync());
        _database = await _postgres.CreateDatabaseAsync();
        _environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__metrics"] = _database.ConnectionString,
            ["ConnectionStrings__redis"] = _redis.ConnectionString,
            ["ConnectionStrings__rabbitmq"] = _rabbitMq.ConnectionString,
            ["PERFPLATFORM_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["PERFPLATFORM_API_KEY"] = Key,
            ["PERFPLATFORM_ADMIN_PASSWORD"] = "correct horse battery staple",
            ["Messaging__Partitions"] = "4",
            ["Alerting__DefaultRules"] = "false",
            ["Logging__LogLevel__Default"] = "Warning",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "",
        };
        foreach (var (project, address) in _addresses) _environment[$"services__{Path.GetFileName(project).Split('.')[1].ToLowerInvariant()}__http__0"] = address.ToString();
        foreach (var project in Projects) Launch(project, clone);
        foreach (var project in Projects) await HealthyAsync(project);
    }

    /// <summary>Ends a service as an administrator does and starts that of another clone in its place; returns how long it took until that was healthy.</summary>
    public async Task<TimeSpan> ReplaceAsync(string project, string clone)
    {
        var started = TimeProvider.System.GetTimestamp();
        await _running[project].StopAsync();
        await _running[project].DisposeAsync();
        Launch(project, clone);
        await HealthyAsync(project);
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>Returns when a service says that it is healthy.</summary>
    public Task HealthyAsync(string project) => Wait.ForAsync(
        $"{project} healthy", async () => await _health.GetStringAsync(new Uri(_addresses[project], "/health")) == "Healthy", StartLimit, () => _running[project].Output);

    /// <summary>How many schema changes the database has had.</summary>
    public async Task<long> MigrationsAsync()
    {
        await using var source = NpgsqlDataSource.Create(_database!.ConnectionString + ";Pooling=false");
        var histories = new List<string>();
        await using (var command = source.CreateCommand("SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns WHERE column_name = 'MigrationId'"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) histories.Add(reader.GetString(0));
        }

        var counts = string.Join(" UNION ALL ", histories.Select(history => $"SELECT count(*) FROM {history}"));
        await using var count = source.CreateCommand($"SELECT sum(count)::bigint FROM ({counts}) c");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _running.Values) await service.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        await _rabbitMq.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        _health.Dispose();
    }

    private void Launch(string project, string clone)
    {
        var environment = new Dictionary<string, string>(_environment) { ["ASPNETCORE_URLS"] = _addresses[project].ToString() };
        _running[project] = new ServiceProcess(project, environment) { Root = clone };
        _running[project].Start();
    }
}
