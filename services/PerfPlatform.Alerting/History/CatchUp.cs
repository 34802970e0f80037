using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.History;

/// <summary>Fills windows from the store, and evaluates what was missed while nobody listened.</summary>
public sealed partial class CatchUp(StoredSamples samples, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<CatchUp> logger)
{
    private const int MaxSilentSeries = 100_000;

    /// <summary>Whether the last time succeeded.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Fills the windows of rules; samples after <paramref name="evaluatedTo"/> are judged, those before only fill.</summary>
    /// <param name="engine">The engine; used by the caller's thread alone.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="evaluatedTo">Up to where they were evaluated; null: never.</param>
    /// <param name="patience">How long to try when the store does not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RunAsync(EvaluationEngine engine, IReadOnlyList<CompiledRule> rules, DateTimeOffset? evaluatedTo, TimeSpan patience, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + patience;
        using var impatient = new CancellationTokenSource(patience + TimeSpan.FromSeconds(1), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, impatient.Token);
        var left = new Queue<CompiledRule>(rules);
        while (left.TryPeek(out var rule))
        {
            try
            {
                await FillAsync(engine, rule, evaluatedTo, either.Token);
                left.Dequeue();
            }
            catch (QueryException e)
            {
                LogRefused(logger, rule.Rule.Id, e.Message);
                left.Dequeue();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (clock.GetUtcNow() >= until)
                {
                    IsComplete = false;
                    LogGaveUp(logger, left.Count, e.Message);
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
            }
        }

        IsComplete = true;
    }

    private async Task FillAsync(EvaluationEngine engine, CompiledRule rule, DateTimeOffset? evaluatedTo, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (rule.Absent)
        {
            foreach (var latest in await samples.LatestAsync(rule, MaxSilentSeries, cancellationToken))
            {
                if (latest.Time < (now - options.Value.ForgetAfter).ToUnixTimeMilliseconds()) continue;
                engine.OnSeries(latest.Metric, latest.Labels, [latest.Time], [latest.Value], now.ToUnixTimeMilliseconds());
            }

            engine.EvaluateDirty(now.ToUnixTimeMilliseconds());
            return;
        }

        var missedFrom = evaluatedTo is { } position && position > now - options.Value.CatchUpLimit ? position : now - (evaluatedTo is null ? TimeSpan.Zero : options.Value.CatchUpLimit);
        var (series, _) = await samples.ReadAsync(rule, missedFrom - rule.Rule.Window, now, cancellationToken);
        engine.EvaluateAfter(rule.Rule.Id, missedFrom.ToUnixTimeMilliseconds());
        foreach (var line in series)
        {
            var values = new double[line.Times.Count];
            for (var i = 0; i < values.Length; i++) values[i] = line.Values[i] ?? double.NaN;
            engine.OnSeries(line.Metric, line.Labels, [.. line.Times], values, now.ToUnixTimeMilliseconds());
        }

        engine.EvaluateDirty(now.ToUnixTimeMilliseconds());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer in time; {Count} rules go on with what comes from now: {Reason}")]
    private static partial void LogGaveUp(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store refused the samples of rule {RuleId}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string ruleId, string reason);
}
