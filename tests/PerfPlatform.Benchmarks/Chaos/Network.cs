using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>A relay on each way between a service and what it uses, so that there can be trouble in between. A service is reached at each of its replicas, a server at its one address.</summary>
internal sealed class Network(Replicas replicas) : IAsyncDisposable
{
    private readonly Dictionary<(string From, string To, int Replica), Relay> _relays = []; // guarded by itself; bounded by the app model

    /// <summary>Tells every service the relays' addresses instead of the others' own.</summary>
    public void Weave(IDistributedApplicationBuilder builder)
    {
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(service).WithEnvironment(async context =>
            {
                foreach (var other in builder.Resources.OfType<IResourceWithEndpoints>()) await LeadAsync(service.Name, other, context.EnvironmentVariables, context.CancellationToken);
            });
        }
    }

    /// <summary>What is wrong between two from now on.</summary>
    public void Set(string from, string to, RelayTrouble trouble)
    {
        lock (_relays)
        {
            var between = _relays.Where(r => r.Key.From == from && r.Key.To == to).Select(r => r.Value).ToList();
            if (between.Count == 0) throw new InvalidOperationException($"{from} has no way to {to}.");
            foreach (var relay in between) relay.Trouble = trouble;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays.Values) await relay.DisposeAsync();
    }

    private async Task LeadAsync(string from, IResourceWithEndpoints to, Dictionary<string, object> environment, CancellationToken cancellationToken)
    {
        var connection = $"ConnectionStrings__{to.Name}";
        if (environment.TryGetValue(connection, out var value))
        {
            // Known once the server's address is.
            var text = await ((IValueProvider)value).GetValueAsync(cancellationToken) ?? throw new InvalidOperationException($"{to.Name} has no address.");
            var at = to.GetEndpoint("tcp");
            var relay = Way(from, to.Name, 0, () => new DnsEndPoint(at.Host, at.Port));
            environment[connection] = text.Replace(at.Host, "127.0.0.1", StringComparison.Ordinal).Replace($"{at.Port}", $"{relay.Port}", StringComparison.Ordinal);
        }

        if (!environment.ContainsKey(Address(0))) return;
        for (var i = 0; i < to.GetReplicaCount(); i++)
        {
            var number = i;
            environment[Address(i)] = $"http://127.0.0.1:{Way(from, to.Name, i, () => replicas.Of(to.Name).ElementAtOrDefault(number)?.Address is { } at ? new DnsEndPoint(at.Host, at.Port) : null).Port}";
        }

        string Address(int replica) => $"services__{to.Name}__http__{replica}";
    }

    // One that is started again is told the same address.
    private Relay Way(string from, string to, int replica, Func<DnsEndPoint?> target)
    {
        lock (_relays)
        {
            if (!_relays.TryGetValue((from, to, replica), out var relay)) _relays[(from, to, replica)] = relay = new Relay(target);
            return relay;
        }
    }
}
