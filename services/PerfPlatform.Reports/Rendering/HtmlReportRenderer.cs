using System.Net;
using System.Text;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Content;

namespace PerfPlatform.Reports.Rendering;

/// <summary>One self-contained page: no script, nothing loaded from elsewhere, every value encoded.</summary>
public sealed class HtmlReportRenderer : IReportRenderer
{
    /// <inheritdoc />
    public ReportFormat Format => ReportFormat.Html;

    /// <inheritdoc />
    public string ContentType => "text/html; charset=utf-8";

    /// <inheritdoc />
    public byte[] Render(PerformanceReport report)
    {
        var html = new StringBuilder(64 * 1024);
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        // The page needs nothing from anywhere, so it may have nothing from anywhere.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Append($"<title>Performance report {Reading.Time(report.From)} to {Reading.Time(report.To)}</title>\n<style>{HtmlStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        Head(html, report);
        Findings(html, "What to do", report.Recommendations, "Nothing needs to be done: no bottleneck, and nothing that fills up soon.");
        Findings(html, "Bottlenecks", report.Bottlenecks, "No host was held back for most of the period.");
        foreach (var host in report.Hosts) Host(html, host, report);
        Alerts(html, report.Alerts);
        Components(html, report.Components);
        html.Append($"<p class=\"soft\">Made by PerfPlatform at {Reading.Time(report.GeneratedAt)} UTC. All times are UTC. Averages and 95th percentiles are those of the means of {report.StepMs / 1000:#,0} s.</p>\n");
        html.Append("</main>\n</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static void Head(StringBuilder html, PerformanceReport report)
    {
        html.Append($"<header><h1>Performance report</h1><p class=\"soft\">{Reading.Time(report.From)} to {Reading.Time(report.To)} UTC");
        if (report.Match.Count > 0) html.Append(" · ").Append(E(string.Join(", ", report.Match)));
        html.Append("</p></header>\n<div class=\"tiles\">");
        var scores = report.Hosts.Where(h => h.Score is not null).Select(h => h.Score!.Value).ToArray();
        Tile(html, "Hosts", report.Hosts.Count.ToString());
        Tile(html, "Lowest score", scores.Length == 0 ? "–" : $"{scores.Min():0}");
        Tile(html, "Alerts", report.Alerts.Count.ToString());
        Tile(html, "Still firing", report.Alerts.Count(a => a.State == AlertState.Firing).ToString());
        Tile(html, "Components", report.Components.Count.ToString());
        html.Append("</div>\n");
        foreach (var note in report.Notes) html.Append($"<section class=\"warning\">{E(note)}</section>\n");
    }

    private static void Tile(StringBuilder html, string name, string value) => html.Append($"<div class=\"tile\"><b>{value}</b><span class=\"soft\">{name}</span></div>");

    private static void Findings(StringBuilder html, string title, IReadOnlyList<Finding> findings, string none)
    {
        html.Append($"<section><h2>{title}</h2>");
        if (findings.Count == 0) html.Append($"<p class=\"soft\">{none}</p>");
        else html.Append("<ul>");
        foreach (var finding in findings)
            html.Append($"<li>{Tag(finding.Severity)} {E(finding.Summary)} <span class=\"soft\">({finding.Confidence * 100:0} % sure)</span></li>");
        if (findings.Count > 0) html.Append("</ul>");
        html.Append("</section>\n");
    }

    private static void Host(StringBuilder html, HostSection host, PerformanceReport report)
    {
        html.Append($"<section><div class=\"head\"><h2>{E(host.Host)}</h2>");
        if (host.Score is { } score) html.Append($"<h3>score {score:0} of 100</h3>");
        html.Append("</div><div class=\"scroll\"><table><thead><tr><th>Metric</th><th>Device</th><th class=\"n\">Average</th><th class=\"n\">95th percentile</th><th class=\"n\">Maximum</th><th class=\"n\">Trend</th></tr></thead><tbody>");
        foreach (var m in host.Metrics)
        {
            var trend = m.Trend switch
            {
                null => "–",
                { Direction: "flat" } => "flat",
                _ => Reading.Change(m.Trend.ChangePerHour, m.Unit),
            };
            html.Append($"<tr><td>{E(m.Title)}</td><td>{E(m.Device)}</td><td class=\"n\">{Reading.Of(m.Average, m.Unit)}</td><td class=\"n\">{Reading.Of(m.P95, m.Unit)}</td>");
            html.Append($"<td class=\"n\">{Reading.Of(m.Maximum, m.Unit)}</td><td class=\"n\">{trend}</td></tr>");
        }

        html.Append("</tbody></table></div><div class=\"charts\">");
        foreach (var m in host.Metrics)
        {
            html.Append($"<figure><figcaption>{E(m.Title)} {E(m.Device)}</figcaption>");
            SvgChart.Append(html, host.Host, m, report.From, report.To, report.StepMs);
            html.Append("</figure>");
        }

        html.Append("</div></section>\n");
    }

    private static void Alerts(StringBuilder html, IReadOnlyList<AlertLine> alerts)
    {
        html.Append("<section><h2>Alerts</h2>");
        if (alerts.Count == 0)
        {
            html.Append("<p class=\"soft\">There were none.</p></section>\n");
            return;
        }

        html.Append("<div class=\"scroll\"><table><thead><tr><th>Alert</th><th>Severity</th><th>State</th><th>Since</th><th>Until</th><th>Of</th></tr></thead><tbody>");
        foreach (var a in alerts)
        {
            html.Append($"<tr><td>{E(a.Name)}<br><span class=\"soft\">{E(a.Summary)}</span></td><td>{Tag(a.Severity)}</td><td>{Tag(a.State)}</td>");
            html.Append($"<td>{Reading.Time(a.Since)}</td><td>{Reading.Time(a.Until)}</td><td>{E(a.Labels)}</td></tr>");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void Components(StringBuilder html, IReadOnlyList<ComponentLine> components)
    {
        if (components.Count == 0) return;
        html.Append("<section><h2>Components</h2><div class=\"scroll\"><table><thead><tr><th>Component</th><th>Status</th><th class=\"n\">Uptime 24 h</th><th class=\"n\">Uptime 30 d</th><th>Because of</th></tr></thead><tbody>");
        foreach (var c in components)
            html.Append($"<tr><td>{E(c.Name)}</td><td>{Tag(c.Status)}</td><td class=\"n\">{Reading.Part(c.Uptime24h)}</td><td class=\"n\">{Reading.Part(c.Uptime30d)}</td><td>{E(c.RootCause)}</td></tr>");
        html.Append("</tbody></table></div></section>\n");
    }

    private static string Tag<T>(T value) where T : struct, Enum
    {
        var name = value.ToString().ToLowerInvariant();
        return $"<span class=\"tag {name}\">{name}</span>";
    }

    private static string E(string? text) => WebUtility.HtmlEncode(text ?? "");
}
