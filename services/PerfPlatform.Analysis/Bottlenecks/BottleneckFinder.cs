using PerfPlatform.Analysis.Findings;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>The bottleneck of each host that has one, the most pressing first.</summary>
public sealed class BottleneckFinder(HostReader hosts) : IFinder
{
    // Pressure above this is an act-now matter.
    private const double Critical = 0.8;

    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Bottleneck;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken) =>
        Find(await hosts.ReadAsync(request, cancellationToken), request);

    /// <summary>The same, of readings that are there already.</summary>
    public static IReadOnlyList<Finding> Find(IReadOnlyList<HostReadings> hosts, FindingRequest request) =>
    [
        .. hosts.Select(h => (h.Host, Verdict: ResourceJudge.Bottleneck(h)))
            .Where(h => h.Verdict is not null)
            .OrderByDescending(h => h.Verdict!.Pressure)
            .Select(h => Finding(h.Host, h.Verdict!, request)),
    ];

    /// <summary>The numbers behind a verdict.</summary>
    public static IReadOnlyList<Evidence> Evidence(ResourceVerdict verdict) =>
    [
        .. verdict.Readings.Signals.Select(s => FindingBuilder.Evidence(
            s.Metric, s.Labels, ("mean", s.Mean), ("max", s.Greatest), ("pressesFrom", s.Signal.Low), ("pressesFully", s.Signal.High), ("pressure", s.Signal.Pressure(s.Mean)))),
    ];

    private static Finding Finding(string host, ResourceVerdict verdict, FindingRequest request)
    {
        var kind = verdict.Readings.Kind.ToString().ToLowerInvariant();
        var subject = new Dictionary<string, string> { ["host"] = host, ["resource"] = kind };
        if (verdict.Readings.Device is { } device) subject["device"] = device;
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Bottleneck, subject, request),
            Kind = FindingKind.Bottleneck,
            Subject = subject,
            From = request.From,
            To = request.To,
            Severity = verdict.Pressure >= Critical ? Severity.Critical : Severity.Warning,
            Confidence = verdict.Confidence,
            Summary = BottleneckSentence.Of(host, verdict),
            Method = "use",
            Evidence = Evidence(verdict),
            Data = FindingBuilder.Data(new BottleneckData(kind, verdict.Readings.Device, verdict.Pressure, verdict.Pressed, verdict.Steps)),
        };
    }
}
