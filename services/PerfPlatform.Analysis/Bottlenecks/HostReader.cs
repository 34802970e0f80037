using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>Reads the USE signals of hosts from the store, whatever the number of hosts and whoever measures them.</summary>
public sealed class HostReader(IMetricQueries queries)
{
    /// <summary>The most hosts in one answer; the first by name.</summary>
    public const int MostHosts = 1000;

    // Values a signal and period: 60 steps are enough for a share and a mean, and keep 1,000 hosts with 10 devices under the store's limit of an answer.
    private const int Steps = 60;
    private static readonly TimeSpan FinestStep = TimeSpan.FromSeconds(5);
    private readonly HostSignalReader _signals = new(queries);

    /// <summary>What is known of each host in the period; hosts without a single value are left out.</summary>
    public async Task<IReadOnlyList<HostReadings>> ReadAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        var step = Step(request.From, request.To);
        var resources = new Dictionary<(string Host, ResourceKind Kind, string? Device), List<SignalReadings>>(); // bounded by the store's limit of points
        foreach (var signal in UseSignals.All)
        {
            var question = new HostQuestion
            {
                Signal = signal.Signal,
                ByDevice = signal.ByDevice,
                Host = request.Host,
                Match = request.Match,
                From = request.From,
                To = request.To,
                Step = step,
            };
            foreach (var line in (await _signals.ReadAsync(question, cancellationToken)).Lines)
            {
                var key = (line.Host, signal.Resource, line.Device);
                if (!resources.TryGetValue(key, out var signals)) resources[key] = signals = [];
                signals.Add(new SignalReadings(signal, line.Source.Plus[0].Metric, line.Labels, line.Values));
            }
        }

        return [.. resources.GroupBy(r => r.Key.Host).OrderBy(g => g.Key, StringComparer.Ordinal).Take(MostHosts).Select(Host)];
    }

    // Pressure of input and output is known for the host only; it is a witness for each of its disks that is busy at all.
    private static HostReadings Host(IGrouping<string, KeyValuePair<(string Host, ResourceKind Kind, string? Device), List<SignalReadings>>> host)
    {
        var shared = host.Where(r => r.Key is { Kind: ResourceKind.Disk, Device: null }).SelectMany(r => r.Value).ToList();
        var resources = new List<ResourceReadings>();
        foreach (var (key, signals) in host)
        {
            if (key is { Kind: ResourceKind.Disk, Device: null } && host.Any(r => r.Key is { Kind: ResourceKind.Disk, Device: not null })) continue;
            var busy = key is { Kind: ResourceKind.Disk, Device: not null } && signals.Any(s => s.Mean >= 0.2);
            resources.Add(new ResourceReadings(key.Kind, key.Device, busy ? [.. signals, .. shared] : signals));
        }

        return new HostReadings(host.Key, resources);
    }

    /// <summary>The width of a step for a period.</summary>
    public static TimeSpan Step(DateTimeOffset from, DateTimeOffset to)
    {
        var seconds = Math.Ceiling((to - from).TotalSeconds / Steps);
        return TimeSpan.FromSeconds(Math.Max(FinestStep.TotalSeconds, seconds));
    }
}
