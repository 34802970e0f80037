using System.Net.Http.Headers;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PerfPlatform.Contracts;

namespace PerfPlatform.TestServers.Topology;

/// <summary>The distributed form, started from the app model once for the test process, with fresh data in a folder of its own.</summary>
public sealed class DistributedApp : IAsyncDisposable
{
    public const string AdministratorPassword = AppModel.AdministratorPassword;

    private static readonly string[] Services = [ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web];
    private static readonly string[] Servers = [ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq];
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    // Stopping takes seconds; a busy machine takes its time.
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);

    private readonly Lazy<Task> _started;
    private TestFolder? _folder;
    private DistributedApplication? _app;

    public DistributedApp() => _started = new(StartAsync);

    /// <summary>Whether the agent runs, and sends this machine's metrics.</summary>
    public bool WithAgent { get; init; } = true;

    /// <summary>Whether telemetry goes to an Aspire dashboard of its own.</summary>
    public bool WithDashboard { get; init; } = true;

    /// <summary>Settings of the app model.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>The environment of every service, beside what the app model gives it: as many partitions as a small installation has (16 are for several replicas of Analysis).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string> { ["Messaging__Partitions"] = "4" };

    /// <summary>What else is done to the model before it is built; the second is where servers will keep their data.</summary>
    public Action<IDistributedApplicationTestingBuilder, string>? Prepare { get; init; }

    /// <summary>Where the servers and the agent keep their data.</summary>
    public string Data => _folder?.Path ?? throw new InvalidOperationException("The distributed form has not been started.");

    /// <summary>A key with every scope.</summary>
    public string Key => AppModel.Key;

    public Dashboard Dashboard => field ??= CreateDashboard();

    /// <summary>The running app model.</summary>
    public DistributedApplication Application => _app ?? throw new InvalidOperationException("The distributed form has not been started.");

    public Uri Address => Addresses[ResourceNames.Web];

    public IReadOnlyDictionary<string, Uri> Addresses => field ??= Services.ToDictionary(name => name, name => Application.GetEndpoint(name, "http"));

    /// <summary>A client of the web front end with the key.</summary>
    public HttpClient Client => field ??= CreateClient(Key);

    private IEnumerable<IResource> Model => Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<IResourceWithEnvironment>();

    public RunningResource Service(string name) => new(Application, name);

    /// <summary>Starts everything unless it runs, and returns when every service is healthy.</summary>
    public async Task<DistributedApp> StartedAsync()
    {
        await _started.Value;
        return this;
    }

    /// <summary>The first processes of services and servers.</summary>
    public Task<int[]> ProcessesAsync() => Task.WhenAll(Services.Concat(Servers).Select(name => Service(name).ProcessIdAsync()));

    public HttpClient CreateClient(string? key)
    {
#pragma warning disable RS0030 // A test's own client of a loopback address.
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>What every resource wrote.</summary>
    public string Logs() => string.Join('\n', Model.SelectMany(r => Lines(r).TakeLast(400).Prepend("== " + r.Name)));

    /// <summary>What one of them wrote, line by line.</summary>
    public IReadOnlyList<string> Lines(string name) => Lines(Model.Single(r => r.Name == name));

    // The service itself is asked: the app model does so only every few seconds, and keeps the answer of the process before.
    public async Task HealthyAsync(string service) => await Wait.ForAsync(
        $"{service} healthy",
        async () =>
        {
            using var client = CreateClient(null);
            return await client.GetStringAsync(new Uri(Addresses[service], "/health"));
        },
        status => status == "Healthy",
        StartLimit,
        Logs);

    /// <summary>Stops everything; a process that is left then is an error.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (WithDashboard) await Dashboard.DisposeAsync();
        if (_folder is null) return;
        await Wait.ForAsync("the end of every process of the app model", () => StartedProcesses.Of(Data).Count == 0, EndLimit, () => string.Join('\n', StartedProcesses.Of(Data)));
        _folder.Dispose();
    }

    private IReadOnlyList<string> Lines(IResource resource) =>
        [.. Application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource).ToBlockingEnumerable().SelectMany(lines => lines).Select(line => line.Content)];

    private static Dashboard CreateDashboard()
    {
        var ports = FreePorts.Some(3);
        return new Dashboard(ports[0], ports[1], ports[2]);
    }

    private async Task StartAsync()
    {
        _folder = await TestFolder.CreateAsync("app");
        var builder = await AppModel.CreateAsync(_folder.Path, Settings);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        if (!WithAgent) builder.Resources.Remove(builder.Resources.Single(r => r.Name == ResourceNames.Agent));
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            // Without a dashboard none: else every service waits at its end for telemetry that nobody takes.
            var resource = builder.CreateResourceBuilder(project).WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", WithDashboard ? Dashboard.OtlpEndpoint : "");
            foreach (var (name, value) in Environment) resource.WithEnvironment(name, value);
            // Replicas need the model's proxy. A single service listens itself, at the same port each time: the proxy may leave unanswered what comes for one that was killed and started again.
            if (project.GetReplicaCount() > 1) continue;
            foreach (var endpoint in project.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.IsProxied = false;
                endpoint.Port = endpoint.TargetPort = FreePorts.One();
            }
        }

        Prepare?.Invoke(builder, _folder.Path);
        _app = await builder.BuildAsync();
        // Inherited by what runs the app model's processes, and by these.
        System.Environment.SetEnvironmentVariable(StartedProcesses.Variable, Data);
        try
        {
            await Task.WhenAll(_app.StartAsync().WaitAsync(StartLimit), WithDashboard ? Dashboard.StartAsync() : Task.CompletedTask);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The distributed form did not start: {e.Message}\n{Logs()}", e);
        }
        finally
        {
            System.Environment.SetEnvironmentVariable(StartedProcesses.Variable, null);
        }

        foreach (var name in Services) await HealthyAsync(name);
    }
}
