using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Recommendations;

/// <summary>Derives what to do from bottlenecks and from what fills up.</summary>
public static class Recommender
{
    private static readonly TimeSpan ActNow = TimeSpan.FromDays(1);
    private static readonly TimeSpan ActSoon = TimeSpan.FromDays(7);

    /// <summary>For the bottleneck of a host.</summary>
    public static Finding ForBottleneck(string host, ResourceVerdict verdict, FindingRequest request)
    {
        var action = Advice.For(host, verdict.Readings);
        return Finding(
            host, verdict.Readings.Kind, verdict.Readings.Device, "bottleneck",
            verdict.Pressure >= 0.8 ? Severity.Critical : Severity.Warning, verdict.Confidence,
            BottleneckSentence.Of(host, verdict) + " " + action, "use", BottleneckFinder.Evidence(verdict), action, null, request);
    }

    /// <summary>For a resource of a host that fills up, or null where it does not, or not soon enough to say.</summary>
    public static Finding? ForFilling(string host, ResourceReadings resource, SignalReadings level, TrendEstimate trend, FindingRequest request)
    {
        if (TimeToFull.Of(trend, 1) is not { } full) return null;
        var action = Advice.Filling(host, resource.Kind, resource.Device);
        var range = full.Latest is { } latest ? $"{Quantity.Time(full.Earliest)} to {Quantity.Time(latest)}" : $"{Quantity.Time(full.Earliest)} at the earliest";
        var name = resource.Kind == ResourceKind.Memory ? "Memory" : resource.Device;
        return Finding(
            host, resource.Kind, resource.Device, "trend",
            full.Expected <= ActNow ? Severity.Critical : full.Expected <= ActSoon ? Severity.Warning : Severity.Info, 1 - trend.PValue,
            $"{name} of {host} is {Quantity.Of(trend.End, "1")} full and at its present rate of {Quantity.Number(trend.SlopePerHour * 100)} points an hour will be full in "
            + $"{Quantity.Time(full.Expected)} (95 % sure: {range}). {action}",
            "theil-sen",
            [
                FindingBuilder.Evidence(level.Metric, level.Labels, ("now", trend.End), ("slopePerHour", trend.SlopePerHour), ("slopeLow", trend.SlopeLow),
                    ("slopeHigh", trend.SlopeHigh), ("pValue", trend.PValue), ("hoursToFull", full.Expected.TotalHours)),
            ],
            action, full, request);
    }

    private static Finding Finding(
        string host, ResourceKind kind, string? device, string because, Severity severity, double confidence, string summary, string method,
        IReadOnlyList<Evidence> evidence, string action, TimeToFull? full, FindingRequest request)
    {
        var resource = kind.ToString().ToLowerInvariant();
        var subject = new Dictionary<string, string> { ["host"] = host, ["resource"] = resource, ["because"] = because };
        if (device is not null) subject["device"] = device;
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Recommendation, subject, request),
            Kind = FindingKind.Recommendation,
            Subject = subject,
            From = request.From,
            To = request.To,
            Severity = severity,
            Confidence = confidence,
            Summary = summary,
            Method = method,
            Evidence = evidence,
            Data = FindingBuilder.Data(new RecommendationData(
                action, because, resource, device, full?.Expected.TotalSeconds, full?.Earliest.TotalSeconds, full?.Latest?.TotalSeconds)),
        };
    }
}
