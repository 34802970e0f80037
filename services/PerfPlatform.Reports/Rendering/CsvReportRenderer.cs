using System.Globalization;
using System.Text;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Content;

namespace PerfPlatform.Reports.Rendering;

/// <summary>
/// One table, RFC 4180, UTF-8: the first column says what a line is (<c>metric</c>, <c>score</c>, <c>bottleneck</c>, <c>recommendation</c>, <c>alert</c>,
/// <c>component</c>, <c>note</c>). Texts that a spreadsheet would take for a formula get an apostrophe in front.
/// </summary>
public sealed class CsvReportRenderer : IReportRenderer
{
    private static readonly string[] Columns =
        ["record", "subject", "item", "device", "unit", "average", "p95", "maximum", "change_per_hour", "p_value", "status", "from", "to", "text"];

    /// <inheritdoc />
    public ReportFormat Format => ReportFormat.Csv;

    /// <inheritdoc />
    public string ContentType => "text/csv; charset=utf-8";

    /// <inheritdoc />
    public byte[] Render(PerformanceReport report)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns).Append("\r\n");
        var (from, to) = (Time(report.From), Time(report.To));
        foreach (var host in report.Hosts)
        {
            if (host.Score is { } score) Line(text, "score", Text(host.Host), "", "", "", Number(score), "", "", "", "", "", from, to, "");
            foreach (var m in host.Metrics)
            {
                Line(
                    text, "metric", Text(host.Host), Text(m.Metric), Text(m.Device), Text(m.Unit), Number(m.Average), Number(m.P95), Number(m.Maximum),
                    m.Trend is null ? "" : Number(m.Trend.ChangePerHour), m.Trend is null ? "" : Number(m.Trend.PValue), Text(m.Trend?.Direction), from, to, Text(m.Title));
            }
        }

        foreach (var finding in report.Bottlenecks) Finding(text, "bottleneck", finding);
        foreach (var finding in report.Recommendations) Finding(text, "recommendation", finding);
        foreach (var a in report.Alerts)
            Line(text, "alert", Text(a.Labels), Text(a.Name), "", "", "", "", "", "", "", Name(a.State) + " " + Name(a.Severity), Time(a.Since), Time(a.Until), Text(a.Summary));
        foreach (var c in report.Components)
        {
            Line(
                text, "component", Text(c.Name), "uptime_24h", "", "1", c.Uptime24h is { } day ? Number(day) : "", "", "", "", "", Name(c.Status), "", "",
                Text(c.RootCause is null ? "" : "because of " + c.RootCause));
        }

        foreach (var note in report.Notes) Line(text, "note", "", "", "", "", "", "", "", "", "", "", from, to, Text(note));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A cell of text: guarded against formulas, quoted where it must be.</summary>
    public static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        // The list of OWASP's "CSV Injection", and the full-width forms that spreadsheets of East Asia take for the same.
        if (value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20') value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : "\"" + value.Replace("\"", "\"\"") + "\"";
    }

    private static void Finding(StringBuilder text, string record, Finding finding) => Line(
        text, record, Text(finding.Subject.GetValueOrDefault("host") ?? finding.Subject.GetValueOrDefault("service")), Text(finding.Subject.GetValueOrDefault("resource")),
        Text(finding.Subject.GetValueOrDefault("device")), "", "", "", "", "", "", Name(finding.Severity), Time(finding.From), Time(finding.To), Text(finding.Summary));

    private static void Line(StringBuilder text, params ReadOnlySpan<string?> cells) => text.AppendJoin(',', cells).Append("\r\n");

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G15", CultureInfo.InvariantCulture) : "";

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
