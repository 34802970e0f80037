using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>The distributed form with two of each service, what faults may do to it, and how it is afterwards.</summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    public const int Partitions = 16;

    private static readonly string[] Services = ["ingestion", "analysis", "alerting", "reports", "web"];
    private static readonly string[] Servers = ["metrics", "redis", "rabbitmq"];
    private static readonly TimeSpan LongRecovery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Folder, size, and what is left where it is full. PostgreSQL keeps up to 1 GB of its log. RabbitMQ stops taking messages below 100 MB, and never writes its last byte.
    private static readonly Dictionary<string, (string Folder, long Bytes, long Left)> Disks = new()
    {
        ["metrics"] = ("postgres", 2L << 30, 0),
        ["rabbitmq"] = ("rabbitmq-server", 1L << 30, 50L << 20),
    };

    private readonly Dictionary<string, SmallDisk> _disks = [];
    private readonly Replicas _replicas = new();
    private readonly Network _network;
    private readonly bool _withDisks;

    private ChaosSystem(bool withDisks)
    {
        (_withDisks, _network) = (withDisks, new Network(_replicas));
        App = new DistributedApp
        {
            WithAgent = false,
            WithDashboard = false,
            Settings = [.. Services.Select(service => $"Replicas:{service}=2")],
            Environment = new Dictionary<string, string> { ["Messaging__Partitions"] = $"{Partitions}", ["Logging__LogLevel__Default"] = "Warning", ["Alerting__DefaultRules"] = "false" },
            Prepare = Prepare,
        };
    }

    public DistributedApp App { get; }

    /// <summary>A client of any address, with the key.</summary>
    public HttpClient Client => field ??= App.CreateClient(App.Key);

    /// <summary>Whether the servers' disks can be full: the machine lets us mount some.</summary>
    public bool HasDisks => _disks.Count == Disks.Count;

    /// <summary>All that services and servers wrote.</summary>
    public IEnumerable<string> Lines => Services.Concat(Servers).SelectMany(name => App.Lines(name).Prepend("== " + name));

    /// <summary>Services that ended without being killed.</summary>
    public List<string> Fallen { get; } = [];

    private HttpClient Stranger => field ??= App.CreateClient(null);

    public static async Task<ChaosSystem> StartAsync(bool withDisks)
    {
        var system = new ChaosSystem(withDisks);
        try
        {
            await system.App.StartedAsync();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where the replicas of a service listen, behind every proxy.</summary>
    public IReadOnlyList<Uri> Addresses(string service) => [.. _replicas.Of(service).Select(replica => replica.Address).OfType<Uri>()];

    /// <summary>Returns when the fault is over.</summary>
    public async Task DoAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case Fault.Cut or Fault.Stall or Fault.Slow:
                _network.Set(fault.From!, fault.Target, fault.Kind switch { Fault.Cut => RelayTrouble.Cut, Fault.Stall => RelayTrouble.Stalled, _ => RelayTrouble.Slow });
                await Task.Delay(fault.Time);
                _network.Set(fault.From!, fault.Target, RelayTrouble.None);
                break;
            case Fault.Disk:
                _disks[fault.Target].Fill(Disks[fault.Target].Left);
                await Task.Delay(fault.Time);
                _disks[fault.Target].Empty();
                break;
            case Fault.Stop:
                var still = Chosen(fault);
                _replicas.Freeze(still);
                await Task.Delay(fault.Time);
                _replicas.Thaw(still);
                break;
            default:
                var killed = Chosen(fault);
                await _replicas.KillAsync(killed);
                if (fault.Kind == Fault.RedisEmpty) Directory.Delete(Path.Combine(App.Data, "redis-server", "appendonlydir"), recursive: true);
                await Task.Delay(fault.Time);
                await _replicas.StartAsync(killed);
                break;
        }
    }

    /// <summary>How long it takes until both of each service say that they are healthy; what kept one from it for long is told.</summary>
    public async Task<TimeSpan> RecoveryAsync(TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        var reasons = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            await StartEndedAsync();
            var ill = await IllAsync();
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            foreach (var (name, address) in elapsed > LongRecovery ? ill : []) reasons[name] = $"after {elapsed.TotalSeconds:0.0} s: {await ReasonAsync(address)}";
            if (ill.Count > 0 && elapsed < limit)
            {
                await Task.Delay(Pause);
                continue;
            }

            foreach (var (name, reason) in reasons) Console.WriteLine($"      {name} {reason}");
            return elapsed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _replicas.DisposeAsync();
        await _network.DisposeAsync();
    }

    private void Prepare(IDistributedApplicationTestingBuilder builder, string folder)
    {
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            _replicas.Watch(start.Services);
            return Task.CompletedTask;
        });
        // A server listens itself, at the same port each time: the model's proxy may leave unanswered what comes for one that was killed and started again.
        foreach (var endpoint in builder.Resources.OfType<ExecutableResource>().SelectMany(server => server.Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.IsProxied = false;
            endpoint.Port = endpoint.TargetPort = FreePorts.One();
        }

        _network.Weave(builder);
        if (!_withDisks) return;
        foreach (var (server, (name, bytes, _)) in Disks)
        {
            if (SmallDisk.TryMount(Path.Combine(folder, name), bytes) is { } disk) _disks[server] = disk;
        }
    }

    private Replica Chosen(Fault fault)
    {
        var all = _replicas.Of(fault.Target);
        return all[(int)(fault.Replica * all.Count)];
    }

    // As whoever runs services does: a server on a full disk may end.
    private async Task StartEndedAsync()
    {
        foreach (var replica in _replicas.Ended())
        {
            Console.WriteLine($"      {replica.Id} has ended by itself, and is started again");
            if (Services.Contains(replica.Name)) Fallen.Add(replica.Id);
            await _replicas.StartAsync(replica);
        }
    }

    private async Task<IReadOnlyList<(string Name, Uri? Address)>> IllAsync()
    {
        var all = Services.SelectMany(service => Enumerable.Range(0, 2).Select(i => _replicas.Of(service).ElementAtOrDefault(i) ?? new Replica($"{service} {i + 1}", service, null, false)));
        var answers = await Task.WhenAll(all.Select(async replica => (replica.Id, replica.Address, IsHealthy: replica.Address is { } address && await IsHealthyAsync(address))));
        return [.. answers.Where(answer => !answer.IsHealthy).Select(answer => (answer.Id, answer.Address))];
    }

    private async Task<bool> IsHealthyAsync(Uri address) => await HealthAsync(Stranger, address) == "Healthy";

    // Those with a key are told what is wrong.
    private async Task<string> ReasonAsync(Uri? address)
    {
        if (address is null) return "it does not run";
        var text = await HealthAsync(Client, address) ?? "no answer";
        if (!text.StartsWith('{')) return text;
        using var answer = JsonDocument.Parse(text);
        return string.Join("; ", answer.RootElement.GetProperty("checks").EnumerateObject()
            .Where(c => c.Value.GetProperty("status").GetString() != "Healthy").Select(c => $"{c.Name}: {c.Value.GetProperty("description").GetString()}"));
    }

    // Null where none comes.
    private static async Task<string?> HealthAsync(HttpClient client, Uri address)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            using var answer = await client.GetAsync(new Uri(address, "/health"), limit.Token);
            return await answer.Content.ReadAsStringAsync(limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
