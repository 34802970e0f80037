using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Recording;
using PerfPlatform.Alerting.Rulebook;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Live;

/// <summary>
/// The one thread of work that owns the engine: batches as they come, a tick every second, new rules when they change.
/// One evaluator runs an installation: the leader's, with a new engine in every term.
/// </summary>
public sealed partial class Evaluator : ILeaderWork, IDisposable
{
    private const long FillAgainEvery = 5_000;

    private readonly SampleQueue _queue;
    private readonly SeriesResolver _resolver;
    private readonly RuleCatalog _rules;
    private readonly CatchUp _catchUp;
    private readonly AlertRecorder _recorder;
    private readonly AlertingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<Evaluator> _logger;
    private readonly GatheredSpans _spans;
    private volatile EvaluationEngine _engine = null!;
    private volatile ParkedBatches _parked = null!;
    private IReadOnlyList<AlertRule>? _applied;
    private DateTimeOffset _judgedTo;
    private DateTimeOffset? _missedFrom;
    private long _tickedAt;
    private long _filledAt;

    // Bounded by the rules that ever met an error.
    private readonly Dictionary<string, long> _toldFaults = [];
    private bool _toldUnwatched;

    public Evaluator(
        SampleQueue queue, RuleCatalog rules, CatchUp catchUp, AlertRecorder recorder, SeriesResolver resolver, IOptions<AlertingOptions> options,
        TimeProvider clock, EvaluationMeters meters, ILogger<Evaluator> logger)
    {
        (_queue, _rules, _catchUp, _recorder, _resolver, _options, _clock, _logger) = (queue, rules, catchUp, recorder, resolver, options.Value, clock, logger);
        _spans = new GatheredSpans(AlertingTelemetry.Source, "alert evaluation", clock);
        Begin();
        meters.Observe(() => _engine, queue, () => _parked);
    }

    /// <summary>When the last round ended, or null before the first of a term.</summary>
    public DateTimeOffset? EvaluatedAt { get; private set; }

    /// <summary>How many series are not watched because a bound is reached.</summary>
    public int UnwatchedSeries => _engine.UnwatchedSeries;

    /// <summary>How many alerts are pending, firing or unknown.</summary>
    public int ActiveAlerts => _engine.ActiveAlerts;

    /// <summary>What is watched for a rule; null when it is not evaluated.</summary>
    public RuleWatch? WatchOf(string ruleId) => _engine.WatchOf(ruleId);

    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        Begin();
        _rules.Changed += _queue.Wake;
        await using var second = _clock.CreateTimer(_ => _queue.Wake(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        try
        {
            while (!await TryPrepareAsync(stop)) await Task.Delay(TimeSpan.FromSeconds(1), _clock, stop);
            while (!stop.IsCancellationRequested)
            {
                await _queue.WaitAsync(stop);
                try
                {
                    await RoundAsync(stop);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    // An error of ours must not silence every other rule.
                    LogFailed(_logger, e);
                }
            }
        }
        finally
        {
            _rules.Changed -= _queue.Wake;

            // The next leader finds it in the store.
            _queue.Clear();
            EvaluatedAt = null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _spans.Dispose();

    private void Begin()
    {
        _engine = new EvaluationEngine(EngineLimits.Of(_options));
        _parked = new ParkedBatches(_engine, _resolver, _queue, _options.QueuedBatches, (long)_options.ParkFor.TotalMilliseconds);
        (_applied, _tickedAt, _filledAt, _missedFrom) = (null, 0, 0, null);
    }

    private async Task<bool> TryPrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(_logger, e);
            return false;
        }
    }

    /// <summary>Rules, the alerts that were not over, and what was missed; batches wait in the queue meanwhile.</summary>
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        while (_rules.Current is null) await _queue.WaitAsync(cancellationToken);

        // Changes that were made while another process led may not have been heard.
        await _rules.RefreshAsync(cancellationToken);
        _applied = _rules.Current;
        var now = Now();
        var rules = _engine.Apply(Usable(_applied), now);
        var (active, judged, position) = await _recorder.LoadAsync(cancellationToken);
        _judgedTo = position ?? _clock.GetUtcNow();
        _engine.JudgedBefore(judged);
        _engine.Restore(active, now);
        _engine.ListenFrom(now);
        await CatchUpAsync(rules, position, _options.CatchUpPatience, cancellationToken);
        _engine.ListenFrom(Now());
        LogStarted(_logger, rules.Count, active.Count);
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = Now();
        if (!ReferenceEquals(_applied, _rules.Current))
        {
            _applied = _rules.Current!;
            var fresh = _engine.Apply(Usable(_applied), now);
            await CatchUpAsync(fresh, null, TimeSpan.FromSeconds(2), cancellationToken);
        }

        if (_queue.TakeGap() is { } gap)
        {
            LogGap(_logger, DateTimeOffset.FromUnixTimeMilliseconds(gap));
            await CatchUpAsync([.. _engine.Rules], DateTimeOffset.FromUnixTimeMilliseconds(gap), TimeSpan.FromSeconds(2), cancellationToken);
        }

        if (!_catchUp.IsComplete && now - _filledAt >= FillAgainEvery)
        {
            _filledAt = now;
            await CatchUpAsync([.. _engine.Rules], _missedFrom, TimeSpan.Zero, cancellationToken);
        }

        _parked.Work(Now());

        // However fast they come: time must pass for every rule.
        var until = Now() + 1000;
        while (Now() < until && _queue.TryTake(out var batch, out var trace))
        {
            _spans.Begin(trace);
            _parked.Take(batch!, Now());
            _spans.End(trace);
        }

        if (_queue.Count > 0) _queue.Wake();
        now = Now();
        if (now - _tickedAt >= 1000)
        {
            // On the second's grid, so that a late timer does not drift.
            _tickedAt = now - (now % 1000);
            _engine.Tick(now);
            _spans.Tell();
            Tell(now);
        }

        EvaluatedAt = _clock.GetUtcNow();

        // What waits, or is only in the store, is not judged yet: the next to begin finds it there.
        if (_queue.Count == 0 && _parked.Count == 0 && _missedFrom is null) _judgedTo = EvaluatedAt.Value;
        _recorder.Add(_engine.TakeChanges(), _judgedTo);
    }

    /// <summary>Fills and judges from the store; where it does not answer in time, it is asked for the same again later.</summary>
    private async Task CatchUpAsync(IReadOnlyList<CompiledRule> rules, DateTimeOffset? from, TimeSpan patience, CancellationToken cancellationToken)
    {
        // What was missed before is missed still.
        if (from > _missedFrom) from = _missedFrom;
        await _catchUp.RunAsync(_engine, rules, from, patience, cancellationToken);
        if (_catchUp.IsComplete) _missedFrom = null;
        else if (_missedFrom is null || from < _missedFrom) _missedFrom = from;
    }

    /// <summary>Leaves out what somebody wrote into the database past the API, and says so.</summary>
    private List<AlertRule> Usable(IReadOnlyList<AlertRule> rules)
    {
        var usable = new List<AlertRule>(rules.Count);
        foreach (var rule in rules)
        {
            if (RuleValidation.Check(rule) is { } error) LogUnusable(_logger, rule.Id, error);
            else usable.Add(rule);
        }

        return usable;
    }

    /// <summary>Says what is wrong with single rules, each at most once a minute, and that series are left out, once.</summary>
    private void Tell(long now)
    {
        foreach (var (rule, fault) in _engine.TakeFaults())
        {
            if (_toldFaults.TryGetValue(rule, out var told) && now - told < 60_000) continue;
            _toldFaults[rule] = now;
            LogRuleFailed(_logger, fault, rule);
        }

        if (_engine.UnwatchedSeries > 0 && !_toldUnwatched) LogUnwatched(_logger, _engine.UnwatchedSeries);
        _toldUnwatched = _engine.UnwatchedSeries > 0;
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of evaluation met an error of ours; the next one goes on")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rule {RuleId} met an error of ours; the others go on")]
    private static partial void LogRuleFailed(ILogger logger, Exception exception, string ruleId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} series are not watched: their rule has as many groups as it may have, or all rules together as many series")]
    private static partial void LogUnwatched(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rule {RuleId} is not evaluated: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string ruleId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Evaluating {Rules} rules; {Alerts} alerts go on from before")]
    private static partial void LogStarted(ILogger logger, int rules, int alerts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Samples since {From} came faster than they were evaluated; windows are filled from the store")]
    private static partial void LogGap(ILogger logger, DateTimeOffset from);
}
