using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.History;

/// <summary>Fills windows from the store, and evaluates what was missed while nobody listened.</summary>
public sealed partial class CatchUp(StoredSamples samples, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<CatchUp> logger)
{
    private const int MaxSilentSeries = 100_000;
    private static readonly TimeSpan s_mostAhead = TimeSpan.FromHours(1);

    /// <summary>Whether every rule has what the store has.</summary>
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

        // All before the first is filled: rules share series.
        foreach (var rule in rules) engine.EvaluateAfter(rule.Rule.Id, MissedFrom(evaluatedTo, clock.GetUtcNow()).ToUnixTimeMilliseconds());
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

        // Rules that were added meanwhile say nothing of those that still wait for the store.
        if (rules.Count == engine.Rules.Count()) IsComplete = true;
    }

    private async Task FillAsync(EvaluationEngine engine, CompiledRule rule, DateTimeOffset? evaluatedTo, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (rule.Absent)
        {
            foreach (var latest in await samples.LatestAsync(rule, MaxSilentSeries, cancellationToken))
            {
                engine.OnLastSeen(latest.Metric, latest.Labels, latest.Time, (evaluatedTo ?? now).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
            }

            return;
        }

        // A function looks for the sample before the first, and a sender's clock may be ahead.
        var from = MissedFrom(evaluatedTo, now) - rule.Rule.Window - TimeSpan.FromMilliseconds(SampleChanges.LookBack);
        var (series, _) = await samples.ReadAsync(rule, from, now + s_mostAhead, cancellationToken);
        foreach (var line in series)
        {
            var values = new double[line.Times.Count];
            for (var i = 0; i < values.Length; i++) values[i] = line.Values[i] ?? double.NaN;
            engine.OnSeries(line.Metric, line.Labels, [.. line.Times], values, now.ToUnixTimeMilliseconds());
        }

        engine.EvaluateDirty(now.ToUnixTimeMilliseconds());
    }

    private DateTimeOffset MissedFrom(DateTimeOffset? evaluatedTo, DateTimeOffset now) =>
        evaluatedTo is not { } position ? now : position > now - options.Value.CatchUpLimit ? position : now - options.Value.CatchUpLimit;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer in time; {Count} rules go on with what comes from now: {Reason}")]
    private static partial void LogGaveUp(ILogger logger, int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store refused the samples of rule {RuleId}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string ruleId, string reason);
}
