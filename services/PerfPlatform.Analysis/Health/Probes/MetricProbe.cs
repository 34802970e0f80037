using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>A condition on the newest values of a metric: true for one of its series means unhealthy. Values older than five minutes do not count.</summary>
public sealed class MetricProbe(IMetricQueries queries, TimeProvider clock) : IProbe
{
    private const int MostSeries = 1000;
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public ProbeKind Kind => ProbeKind.Metric;

    /// <inheritdoc />
    public string? Validate(Probe probe)
    {
        if (string.IsNullOrEmpty(probe.Metric)) return "A metric probe needs 'metric'.";
        if (probe.Condition is not (">" or ">=" or "<" or "<=")) return "'condition' is one of >, >=, <, <=.";
        if (probe.Threshold is not { } threshold || !double.IsFinite(threshold)) return "A metric probe needs 'threshold', a number.";
        foreach (var match in probe.Match ?? [])
        {
            if (!LabelMatcher.TryParse(match, out _, out var error)) return error;
        }

        return null;
    }

    /// <inheritdoc />
    public async Task<ProbeResult> CheckAsync(ComponentDefinition definition, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(definition.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var probe = definition.Probe;
        try
        {
            var latest = await queries.LatestAsync(SeriesSelector.Of(probe.Metric, probe.Match ?? []), MostSeries, null, either.Token);
            var since = (clock.GetUtcNow() - Oldest).ToUnixTimeMilliseconds();
            var recent = latest.Items.Where(v => v.Time >= since && !double.IsNaN(v.Value)).ToList();
            if (recent.Count == 0) return ProbeResult.NotMade($"{probe.Metric} has no value of the last {Oldest.TotalMinutes:0} minutes.");
            return recent.Find(v => Holds(v.Value, probe.Condition!, probe.Threshold!.Value)) is { } bad
                ? ProbeResult.Failed($"{bad.Metric}{bad.Labels} is {bad.Value:0.####}, {probe.Condition} {probe.Threshold}.")
                : new ProbeResult(ComponentStatus.Healthy, null, null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.NotMade("The metric could not be asked for: " + e.GetBaseException().Message);
        }
    }

    private static bool Holds(double value, string condition, double threshold) => condition switch
    {
        ">" => value > threshold,
        ">=" => value >= threshold,
        "<" => value < threshold,
        _ => value <= threshold,
    };
}
