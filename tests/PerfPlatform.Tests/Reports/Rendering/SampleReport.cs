using System.Text.Json;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Reports.Content;

namespace PerfPlatform.Tests.Reports.Rendering;

/// <summary>A report with everything in it that a renderer can meet: gaps, hostile names, formulas, what is not known.</summary>
internal static class SampleReport
{
    private static readonly DateTimeOffset From = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static PerformanceReport Create() => new()
    {
        From = From,
        To = From.AddHours(1),
        GeneratedAt = From.AddMinutes(61),
        Match = ["host.name~.*"],
        StepMs = 600_000,
        Hosts =
        [
            new HostSection("<script>alert(1)</script>", 62.5,
            [
                Metric("CPU", "system.cpu.utilization", null, "1", new TrendLine("rising", 0.031, 0.0004), [0.42, 0.5, null, 0.71, 0.9, 0.97]),
                Metric("Disk space", "system.filesystem.utilization", "/data \"a\", b", "1", new TrendLine("flat", 0, 0.6), [0.8, 0.8, 0.8, 0.8, null, null]),
                Metric("Network received", "system.network.io", null, "By/s", null, [1_000, 25_000_000, 0, null, 12.5, null]),
            ]),
            new HostSection("=HYPERLINK(\"http://evil\")", null, [Metric("Memory", "system.memory.utilization", null, "1", new TrendLine("falling", -0.02, 0.01), [0.5, 0.48, 0.46, 0.44, 0.42, 0.4])]),
        ],
        Bottlenecks = [Finding(FindingKind.Bottleneck, Severity.Critical, "web-1 is held back by the processor: 97 % busy.")],
        Recommendations = [Finding(FindingKind.Recommendation, Severity.Warning, "Give web-1 more cores & fewer jobs <now>.")],
        Alerts =
        [
            new AlertLine("High CPU", Severity.Warning, AlertState.Resolved, "host.name=web-1", From.AddMinutes(10), From.AddMinutes(20), "CPU > 90 %\r\nfor 2 minutes"),
            new AlertLine("+1 Disk", Severity.Critical, AlertState.Firing, "host.name=web-1", From.AddMinutes(30), null, "@full"),
        ],
        Components = [new ComponentLine("database", ComponentStatus.Healthy, 0.99987, 1, null), new ComponentLine("ocr", ComponentStatus.Unhealthy, 0.5, null, "database")],
        Notes = ["Only the newest 1000 alerts are shown."],
    };

    private static MetricSection Metric(string title, string metric, string? device, string unit, TrendLine? trend, double?[] values) => new(
        title, metric, device, unit, values.OfType<double>().Average(), values.OfType<double>().Order().ElementAt(values.OfType<double>().Count() - 2), values.OfType<double>().Max(), trend,
        [.. values.Select((_, i) => From.AddMinutes(10 * i).ToUnixTimeMilliseconds())], values);

    private static Finding Finding(FindingKind kind, Severity severity, string summary) => new()
    {
        Id = "0123456789abcdef",
        Kind = kind,
        Subject = new Dictionary<string, string> { ["host"] = "web-1", ["resource"] = "cpu" },
        From = From,
        To = From.AddHours(1),
        Severity = severity,
        Confidence = 0.97,
        Summary = summary,
        Method = "use",
        Evidence = [new Evidence("system.cpu.utilization", LabelSet.Of(("host.name", "web-1")), new Dictionary<string, double> { ["mean"] = 0.97 })],
        Data = JsonSerializer.SerializeToElement(new { resource = "cpu", pressure = 0.88 }),
    };
}
