using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>Reads the USE signals of hosts from the store: one query a signal, whatever the number of hosts.</summary>
public sealed class HostReader(IMetricQueries queries)
{
    /// <summary>The most hosts in one answer; the first by name.</summary>
    public const int MostHosts = 1000;

    // Values a signal and period: 60 steps are enough for a share and a mean, and keep 1,000 hosts with 10 devices under the store's limit of an answer.
    private const int Steps = 60;
    private static readonly TimeSpan FinestStep = TimeSpan.FromSeconds(5);

    /// <summary>What is known of each host in the period; hosts without a single value are left out.</summary>
    public async Task<IReadOnlyList<HostReadings>> ReadAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        var step = Step(request.From, request.To);
        var resources = new Dictionary<(string Host, ResourceKind Kind, string? Device), List<SignalReadings>>(); // bounded by the store's limit of points
        foreach (var signal in UseSignals.All)
        {
            var divisors = signal.Per is null ? null : await SeriesAsync(signal.Per, [], null, null, request, step, cancellationToken);
            foreach (var ((host, device), readings) in await SeriesAsync(signal.Metric, signal.Match, signal.Device, signal.Function, request, step, cancellationToken))
            {
                var values = readings.Values;
                if (divisors is not null)
                {
                    if (!divisors.TryGetValue((host, null), out var divisor)) continue;
                    values = [.. values.Zip(divisor.Values, static (value, by) => by > 0 ? value / by : double.NaN)];
                }

                var key = (host, signal.Resource, device);
                if (!resources.TryGetValue(key, out var signals)) resources[key] = signals = [];
                signals.Add(new SignalReadings(signal, readings.Labels, values));
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

    private async Task<Dictionary<(string Host, string? Device), (LabelSet Labels, double[] Values)>> SeriesAsync(
        string metric, IReadOnlyList<string> match, string? device, SeriesFunction? function, FindingRequest request, TimeSpan step, CancellationToken cancellationToken)
    {
        var filters = match.Select(LabelMatcher.Parse).Concat(request.Match).Append(LabelMatcher.Parse(UseSignals.Host + "!="));
        if (request.Host is { } only) filters = filters.Append(Equal(UseSignals.Host, only));
        var result = await queries.QueryAsync(
            new RangeQuery
            {
                Selector = new SeriesSelector(metric, [.. filters]),
                From = request.From,
                To = request.To,
                Step = step,
                Aggregation = Aggregation.Avg,
                By = device is null ? [UseSignals.Host] : [UseSignals.Host, device],
                Reduction = function is null ? Reduction.Max : Reduction.Sum,
                Function = function,
            },
            cancellationToken);

        var found = new Dictionary<(string, string?), (LabelSet, double[])>();
        var first = request.From.ToUnixTimeMilliseconds() / (long)step.TotalMilliseconds;
        var length = (int)((request.To.ToUnixTimeMilliseconds() / (long)step.TotalMilliseconds) - first) + 1;
        foreach (var series in result.Series)
        {
            if (series.Labels[UseSignals.Host] is not { Length: > 0 } host) continue;
            var values = new double[length];
            Array.Fill(values, double.NaN);
            for (var i = 0; i < series.Times.Count; i++)
            {
                var at = (series.Times[i] / (long)step.TotalMilliseconds) - first;
                if (at >= 0 && at < length && series.Values[i] is { } value && double.IsFinite(value)) values[at] = value;
            }

            if (Array.Exists(values, v => !double.IsNaN(v))) found[(host, device is null ? null : series.Labels[device] ?? "")] = (series.Labels, values);
        }

        return found;
    }

    /// <summary>A filter for one value.</summary>
    public static LabelMatcher Equal(string name, string value) =>
        LabelMatcher.TryCreate(name, MatchOperator.Equal, value, out var matcher, out var error) ? matcher : throw new QueryException(error);

    /// <summary>The width of a step for a period.</summary>
    public static TimeSpan Step(DateTimeOffset from, DateTimeOffset to)
    {
        var seconds = Math.Ceiling((to - from).TotalSeconds / Steps);
        return TimeSpan.FromSeconds(Math.Max(FinestStep.TotalSeconds, seconds));
    }
}
