using System.Text.Json;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Database;

namespace PerfPlatform.Reports.Content;

/// <summary>
/// Collects what a performance report shows. Metrics must be there, or the report fails and is tried again; where alerts, findings or components
/// cannot be read, the report says so and goes on.
/// </summary>
public sealed class PerformanceReportBuilder(MetricReader metrics, IFindings findings, IAlertCatalog alerts, IComponentHealth components, TimeProvider clock)
{
    /// <summary>The most hosts in one report; the first by name.</summary>
    public const int MostHosts = 200;

    private const int MostAlerts = 1000;
    private const int MostFindings = 200;

    /// <summary>Collects everything; progress goes from 5 to 90.</summary>
    public async Task<PerformanceReport> BuildAsync(ReportRow report, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        var sections = new List<(string Host, MetricSection Section)>(); // bounded by the store's limit of points
        await progress(5);
        foreach (var metric in ReportMetric.All)
        {
            sections.AddRange(await metrics.ReadAsync(metric, report.Match, report.From, report.To, cancellationToken));
            await progress(5 + (40 * (1 + IndexOf(metric)) / ReportMetric.All.Count));
        }

        var hosts = sections.Select(s => s.Host).Distinct().Order(StringComparer.Ordinal).ToList();
        if (hosts.Count == 0) notes.Add("No host sent metrics in this period that pass the filters.");
        if (hosts.Count > MostHosts) notes.Add($"{hosts.Count} hosts pass the filters; the first {MostHosts} by name are shown.");
        var request = new FindingRequest { From = report.From, To = report.To, Match = [.. report.Match.Select(LabelMatcher.Parse)] };
        var trends = await TrendsAsync(request, notes, cancellationToken);
        await progress(65);
        var scores = await FindAsync(FindingKind.Score, request, notes, cancellationToken);
        var bottlenecks = await FindAsync(FindingKind.Bottleneck, request, notes, cancellationToken);
        await progress(75);
        var recommendations = await FindAsync(FindingKind.Recommendation, request, notes, cancellationToken);
        await progress(80);
        var alertLines = await AlertsAsync(report, notes, cancellationToken);
        var componentLines = await ComponentsAsync(notes, cancellationToken);
        await progress(90);
        return new PerformanceReport
        {
            From = report.From,
            To = report.To,
            GeneratedAt = clock.GetUtcNow(),
            Match = report.Match,
            StepMs = (long)MetricReader.Step(report.From, report.To).TotalMilliseconds,
            Hosts = [.. hosts.Take(MostHosts).Select(host => new HostSection(
                host, Score(scores, host),
                [.. sections.Where(s => s.Host == host).Select(s => s.Section with { Trend = trends.GetValueOrDefault((host, s.Section.Metric, s.Section.Device)) })]))],
            Bottlenecks = [.. bottlenecks.Take(MostFindings)],
            Recommendations = [.. recommendations.Take(MostFindings)],
            Alerts = alertLines,
            Components = componentLines,
            Notes = notes,
        };
    }

    // Trends of what is one gauge only: those of parts and counters would have to be added up first.
    private async Task<Dictionary<(string Host, string Metric, string? Device), TrendLine>> TrendsAsync(FindingRequest request, List<string> notes, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<(string, string, string?), TrendLine>();
        foreach (var source in ReportMetric.All.Select(m => HostSignals.Sources(m.Signal)[0]).Where(s => s.IsPlain && s.Plus[0].Function is null))
        {
            var term = source.Plus[0];
            var filtered = request with { Metric = term.Metric, Match = [.. request.Match, .. term.Filters] };
            foreach (var finding in await FindAsync(FindingKind.Trend, filtered, notes, cancellationToken))
            {
                if (finding.Data is not { } data || !finding.Subject.TryGetValue("host", out var host)) continue;
                var device = source.Device is null ? null : finding.Subject.GetValueOrDefault(source.Device, "");
                lines[(host, term.Metric, device)] = new TrendLine(
                    Text(data, "direction") ?? "flat", Number(data, "slopePerHour") ?? 0, finding.Evidence.Count > 0 ? finding.Evidence[0].Numbers.GetValueOrDefault("pValue", 1) : 1);
            }
        }

        return lines;
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(FindingKind kind, FindingRequest request, List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            return await findings.FindAsync(kind, request, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            notes.Add($"Findings of the kind {kind.ToString().ToLowerInvariant()}{(request.Metric is { } metric ? $" of {metric}" : "")} could not be had: {e.GetBaseException().Message}");
            return [];
        }
    }

    private async Task<IReadOnlyList<AlertLine>> AlertsAsync(ReportRow report, List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            var query = new AlertQuery { Match = [.. report.Match.Select(LabelMatcher.Parse)], From = report.From, To = report.To, Limit = MostAlerts };
            var page = await alerts.AlertsAsync(query, cancellationToken);
            if (page.NextCursor is not null) notes.Add($"Only the newest {page.Items.Count} of {page.Counts.Total} alerts are shown.");
            return
            [
                .. page.Items.Select(a => new AlertLine(
                    a.Name, a.Severity, a.State, string.Join(", ", a.Labels.Select(l => $"{l.Name}={l.Value}")), a.FiringSince ?? a.PendingSince, a.ResolvedAt,
                    a.Annotations.GetValueOrDefault("summary", ""))),
            ];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            notes.Add("Alerts could not be read: " + e.GetBaseException().Message);
            return [];
        }
    }

    private async Task<IReadOnlyList<ComponentLine>> ComponentsAsync(List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await components.ComponentsAsync(cancellationToken)).Select(c => new ComponentLine(c.Name, c.Status, c.Uptime24h, c.Uptime30d, c.RootCause))];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            notes.Add("The health of components could not be read: " + e.GetBaseException().Message);
            return [];
        }
    }

    private static double? Score(IReadOnlyList<Finding> scores, string host) =>
        scores.FirstOrDefault(s => s.Subject.GetValueOrDefault("host") == host)?.Data is { } data ? Number(data, "score") : null;

    private static double? Number(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int IndexOf(ReportMetric metric) => ReportMetric.All.TakeWhile(m => m != metric).Count();
}
