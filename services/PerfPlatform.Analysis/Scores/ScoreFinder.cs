using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Scores;

/// <summary>The scores of hosts and, where they send <c>processing.*</c> metrics, of applications; the lowest first.</summary>
public sealed class ScoreFinder(HostReader hosts, ApplicationReader applications) : IFinder
{
    private const double Good = 80;
    private const double Poor = 50;

    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Score;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        var findings = Find(await hosts.ReadAsync(request, cancellationToken), request);
        if (request.Host is null) findings = [.. findings, .. Find(await applications.ReadAsync(request, cancellationToken), request)];
        return [.. findings.OrderBy(f => f.Data!.Value.GetProperty("score").GetDouble()).ThenBy(f => f.Id, StringComparer.Ordinal)];
    }

    /// <summary>The scores of hosts whose readings are there already.</summary>
    public static IReadOnlyList<Finding> Find(IReadOnlyList<HostReadings> hosts, FindingRequest request) =>
    [
        .. hosts.Select(host => Finding(
            "host", host.Host, HostScore.Of(host), "use", ResourceJudge.Judge(host).Max(v => v.Steps),
            [.. ResourceJudge.Judge(host).SelectMany(BottleneckFinder.Evidence)], request)),
    ];

    private static IReadOnlyList<Finding> Find(IReadOnlyList<ApplicationReadings> applications, FindingRequest request) =>
    [
        .. applications.Select(a => Finding(
            "service", a.Service, ApplicationScore.Of(a), "red", a.Steps,
            [
                FindingBuilder.Evidence("processing.documents", a.Labels, ("perSecond", a.PerSecond), ("failedPerSecond", a.FailedPerSecond), ("errorRate", a.ErrorRate)),
                FindingBuilder.Evidence("processing.duration", a.Labels, ("mean", a.Duration), ("meanBefore", a.DurationBefore)),
            ],
            request)),
    ];

    private static Finding Finding(string what, string name, Score score, string method, int steps, IReadOnlyList<Evidence> evidence, FindingRequest request)
    {
        var subject = new Dictionary<string, string> { [what] = name };
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Score, subject, request),
            Kind = FindingKind.Score,
            Subject = subject,
            From = request.From,
            To = request.To,
            Severity = score.Value < Poor ? Severity.Critical : score.Value < Good ? Severity.Warning : Severity.Info,
            // More readings, more certain: half of it with the first, nine tenths with nine.
            Confidence = steps / (steps + 1.0),
            Summary = score.Parts.Count == 0
                ? $"{name} scores {score.Value:0} of 100: nothing holds it back."
                : $"{name} scores {score.Value:0} of 100; {score.Parts[0].Points:0.#} points are lost to {score.Parts[0].Part}: {score.Parts[0].Reason}.",
            Method = method,
            Evidence = evidence,
            Data = FindingBuilder.Data(new ScoreData(score.Value, score.Parts)),
        };
    }
}
