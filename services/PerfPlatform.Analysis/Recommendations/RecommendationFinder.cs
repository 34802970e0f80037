using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Recommendations;

/// <summary>What to do about the hosts, the most urgent first.</summary>
public sealed class RecommendationFinder(HostReader hosts) : IFinder
{
    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Recommendation;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromHours(1);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken) =>
        Find(await hosts.ReadAsync(request, cancellationToken), request);

    /// <summary>The same, of readings that are there already.</summary>
    public static IReadOnlyList<Finding> Find(IReadOnlyList<HostReadings> hosts, FindingRequest request)
    {
        var findings = new List<Finding>();
        foreach (var host in hosts)
        {
            var bottlenecks = ResourceJudge.Judge(host).Where(v => v.IsBottleneck).ToList();
            findings.AddRange(bottlenecks.Select(v => Recommender.ForBottleneck(host.Host, v, request)));
            foreach (var resource in host.Resources.Where(r => r.Kind is ResourceKind.Memory or ResourceKind.Filesystem))
            {
                if (resource.Signals.FirstOrDefault(s => s.Signal is { Aspect: UseAspect.Utilisation, Unit: "1" }) is not { } level) continue;
                if (TrendCalculator.Estimate(Points(level.Values, request)) is not { } trend) continue;
                if (Recommender.ForFilling(host.Host, resource, level, trend, request) is { } finding) findings.Add(finding);
            }
        }

        return [.. findings.OrderByDescending(f => f.Severity).ThenByDescending(f => f.Confidence).ThenBy(f => f.Id, StringComparer.Ordinal)];
    }

    private static SeriesPoints Points(double[] values, FindingRequest request)
    {
        var step = HostReader.Step(request.From, request.To).TotalMilliseconds;
        return SeriesPoints.From([.. values.Select((_, i) => (long)(i * step))], [.. values.Select(v => double.IsNaN(v) ? (double?)null : v)]);
    }
}
