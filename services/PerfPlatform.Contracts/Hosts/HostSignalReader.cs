using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>
/// Reads signals of hosts from the store: one query a term, whatever the number of hosts. A host's values come from the first source that has any in the period;
/// they are never mixed, for collectors count differently.
/// </summary>
public sealed class HostSignalReader(IMetricQueries queries)
{
    /// <summary>The values of a signal.</summary>
    /// <exception cref="QueryException">The question breaks a limit.</exception>
    public async Task<HostLines> ReadAsync(HostQuestion question, CancellationToken cancellationToken)
    {
        var grid = new Grid(question);
        var found = new Dictionary<string, List<HostLine>>(); // bounded by the store's limit of points
        foreach (var source in HostSignals.Sources(question.Signal))
        {
            foreach (var host in (await LinesAsync(source, question, grid, cancellationToken)).GroupBy(l => l.Host))
            {
                if (!found.ContainsKey(host.Key)) found[host.Key] = question.ByDevice || source.Device is null ? [.. host] : [Together([.. host], question.Signal, grid)];
            }

            if (question.Host is not null && found.Count > 0) break;
        }

        return new HostLines(grid.Start, grid.Step, [.. found.Values.SelectMany(l => l).OrderBy(l => l.Host, StringComparer.Ordinal).ThenBy(l => l.Device, StringComparer.Ordinal)])
        {
            Warnings = grid.Warnings.Count > 0 ? [.. grid.Warnings] : null,
        };
    }

    private async Task<List<HostLine>> LinesAsync(SignalSource source, HostQuestion question, Grid grid, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<(string Host, string? Device), HostLine>();
        foreach (var term in source.Plus)
        {
            var values = await TermAsync(source, term, question, grid, cancellationToken);
            if (values.Count == 0) return [];
            foreach (var (key, (labels, column)) in values)
            {
                if (!lines.TryGetValue(key, out var line))
                {
                    if (term != source.Plus[0]) continue;
                    lines[key] = line = new HostLine(key.Host, key.Device, labels, source, grid.Column(source.Offset));
                }

                for (var i = 0; i < column.Length; i++) line.Values[i] += term.Weight * column[i];
            }

            // What lacks a part is not known.
            foreach (var key in lines.Keys.Where(k => !values.ContainsKey(k)).ToList()) lines.Remove(key);
        }

        if (source.Per.Count > 0) await DivideAsync(source, lines, question, grid, cancellationToken);
        if (HostSignals.Unit(question.Signal) == "1") KeepShares(lines.Values);
        return [.. lines.Values.Where(l => Array.Exists(l.Values, double.IsFinite))];
    }

    // Counters that are not read at one instant, and rounding, make a little more than all, or less than nothing.
    private static void KeepShares(IEnumerable<HostLine> lines)
    {
        foreach (var line in lines)
        {
            for (var i = 0; i < line.Values.Length; i++) line.Values[i] = Math.Clamp(line.Values[i], 0, 1);
        }
    }

    private async Task DivideAsync(
        SignalSource source, Dictionary<(string Host, string? Device), HostLine> lines, HostQuestion question, Grid grid, CancellationToken cancellationToken)
    {
        var divisors = lines.Keys.ToDictionary(k => k, _ => grid.Column(0));
        foreach (var term in source.Per)
        {
            var values = await TermAsync(source, term, question, grid, cancellationToken);
            foreach (var (key, divisor) in divisors)
            {
                var column = values.TryGetValue(key, out var known) ? known.Values : grid.Column(double.NaN);
                for (var i = 0; i < divisor.Length; i++) divisor[i] += term.Weight * column[i];
            }
        }

        foreach (var (key, line) in lines)
        {
            for (var i = 0; i < line.Values.Length; i++) line.Values[i] = divisors[key][i] > 0 ? line.Values[i] / divisors[key][i] : double.NaN;
        }
    }

    private async Task<Dictionary<(string Host, string? Device), (LabelSet Labels, double[] Values)>> TermAsync(
        SignalSource source, SignalTerm term, HostQuestion question, Grid grid, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string?), (LabelSet, double[])>();
        string[] by = source.Device is null ? [.. source.Collector.HostLabels] : [.. source.Collector.HostLabels, source.Device];
        foreach (var hosts in HostFilters(source.Collector, question.Host))
        {
            var result = await queries.QueryAsync(
                new RangeQuery
                {
                    Selector = new SeriesSelector(term.Metric, [.. term.Filters, .. question.Match, .. hosts]),
                    From = question.From,
                    To = question.To,
                    Step = question.Step,
                    // The greatest of a quotient is not the quotient of the greatest.
                    Aggregation = source.IsPlain ? question.Aggregation : Aggregation.Avg,
                    By = by,
                    Reduction = term.Reduction,
                    Function = term.Function,
                },
                cancellationToken);
            grid.Warnings.UnionWith(result.Warnings ?? []);
            foreach (var series in result.Series)
            {
                if (HostOf(source.Collector, series.Labels) is not { } host) continue;
                var device = source.Device is null ? null : series.Labels[source.Device];
                if (source.Device is not null && string.IsNullOrEmpty(device)) continue;
                found.TryAdd((host, device), (series.Labels, grid.Column(series)));
            }
        }

        return found;
    }

    /// <summary>The host that a series belongs to, or null.</summary>
    public static string? HostOf(HostCollector collector, LabelSet labels) => collector.HostLabels.Select(l => labels[l]).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    // One query for all hosts; for one host a query for each label that may name it.
    private static IEnumerable<LabelMatcher[]> HostFilters(HostCollector collector, string? host)
    {
        if (host is null) return [collector.HostLabels is [var only] ? [LabelMatcher.Parse(only + "!=")] : []];
        return collector.HostLabels.Select((label, i) => (LabelMatcher[])[.. collector.HostLabels.Take(i).Select(l => LabelMatcher.Equal(l, "")), LabelMatcher.Equal(label, host)]);
    }

    private static HostLine Together(HostLine[] devices, HostSignal signal, Grid grid)
    {
        var values = grid.Column(double.NaN);
        for (var i = 0; i < values.Length; i++)
        {
            foreach (var device in devices)
            {
                if (!double.IsFinite(device.Values[i])) continue;
                values[i] = double.IsNaN(values[i]) ? device.Values[i]
                    : HostSignals.Across(signal) == Reduction.Max ? Math.Max(values[i], device.Values[i]) : values[i] + device.Values[i];
            }
        }

        return devices[0] with { Device = null, Labels = devices[0].Labels.Only([.. devices[0].Source.Collector.HostLabels]), Values = values };
    }

    // The steps of a question, and what its answers lack.
    private sealed class Grid
    {
        private readonly int _length;

        public Grid(HostQuestion question)
        {
            Step = (long)question.Step.TotalMilliseconds;
            Start = question.From.ToUnixTimeMilliseconds() / Step * Step;
            _length = (int)((question.To.ToUnixTimeMilliseconds() - 1 - Start) / Step) + 1;
        }

        public long Step { get; }

        public long Start { get; }

        public HashSet<string> Warnings { get; } = []; // the same few for each term

        public double[] Column(double value)
        {
            var column = new double[_length];
            Array.Fill(column, value);
            return column;
        }

        public double[] Column(RangeSeries series)
        {
            var column = Column(double.NaN);
            for (var i = 0; i < series.Times.Count; i++)
            {
                var at = (series.Times[i] - Start) / Step;
                if (at >= 0 && at < _length && series.Values[i] is { } value && double.IsFinite(value)) column[at] = value;
            }

            return column;
        }
    }
}
