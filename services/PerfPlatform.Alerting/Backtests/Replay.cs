using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Backtests;

/// <summary>Lets an engine live through stored samples second by second. Pure.</summary>
public static class Replay
{
    private const long Second = 1000;

    /// <summary>The alerts that fired, in order.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="series">Its samples.</param>
    /// <param name="until">The end of the period, Unix milliseconds.</param>
    /// <param name="limits">The engine's bounds.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyList<BacktestAlert> Run(AlertRule rule, IReadOnlyList<RangeSeries> series, long until, EngineLimits limits, CancellationToken cancellationToken)
    {
        var lines = series.Where(s => s.Times.Count > 0).ToList();
        if (lines.Count == 0) return [];
        var engine = new EvaluationEngine(limits);
        var now = lines.Min(s => s.Times[0]) / Second * Second;
        engine.Apply([rule], now);
        engine.ListenFrom(now);
        var next = new int[lines.Count];
        var open = new Dictionary<string, BacktestAlert>();
        var order = new List<string>();
        for (now += Second; now - Second < until; now += Second)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < lines.Count; i++) next[i] = Feed(engine, lines[i], next[i], Math.Min(now, until), now);
            engine.EvaluateDirty(now);
            engine.Tick(now);
            foreach (var change in engine.TakeChanges()) Note(change, open, order);
        }

        return [.. order.Select(id => open[id])];
    }

    private static int Feed(EvaluationEngine engine, RangeSeries line, int from, long before, long now)
    {
        var to = from;
        while (to < line.Times.Count && line.Times[to] < before) to++;
        if (to == from) return to;
        var times = new long[to - from];
        var values = new double[to - from];
        for (var i = from; i < to; i++) (times[i - from], values[i - from]) = (line.Times[i], line.Values[i] ?? double.NaN);
        engine.OnSeries(line.Metric, line.Labels, times, values, now);
        return to;
    }

    private static void Note(AlertChange change, Dictionary<string, BacktestAlert> alerts, List<string> order)
    {
        var alert = change.Alert;
        if (change.Transition == AlertTransition.Fired)
        {
            alerts[alert.Id] = new BacktestAlert(alert.Labels, alert.PendingSince!.Value, alert.FiringSince!.Value, null, alert.Value);
            order.Add(alert.Id);
        }
        else if (change.Transition == AlertTransition.Resolved && alerts.TryGetValue(alert.Id, out var fired))
        {
            alerts[alert.Id] = fired with { ResolvedAt = alert.ResolvedAt };
        }
    }
}
