using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Backtests;

/// <summary>Runs a rule over the past with the same engine that judges the present.</summary>
public sealed class Backtest(StoredSamples samples, IOptions<AlertingOptions> options)
{
    /// <summary>The longest period.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private const int MaxAlerts = 10_000;

    /// <summary>Every time that the rule would have fired and resolved.</summary>
    public async Task<BacktestResult> RunAsync(RuleDefinition definition, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var rule = new AlertRule(definition with { Enabled = true }) { Id = "backtest" };
        // A window before the period, so that its first moment is judged with a full one.
        var (series, step) = await samples.ReadAsync(new CompiledRule(rule), from - rule.Window - rule.For - TimeSpan.FromMilliseconds(SampleChanges.LookBack), to, cancellationToken);
        var alerts = Replay.Run(rule, series, to.ToUnixTimeMilliseconds(), EngineLimits.Of(options.Value), cancellationToken);
        var inPeriod = alerts.Where(a => a.FiringSince < to && (a.ResolvedAt is null || a.ResolvedAt >= from)).Take(MaxAlerts).ToList();
        return new BacktestResult(from, to, step, series.Count, inPeriod);
    }
}
