using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>How the engine meets ids, epochs, changes of rules and time.</summary>
public sealed class EvaluationEngineTests
{
    private const long Now = 1_700_000_000_000;
    private static readonly Guid s_epoch = Guid.NewGuid();
    private static readonly LabelSet s_labels = LabelSet.Of(("host.name", "a"));

    [Fact]
    public void OnBatch_UnknownId_DoesNothingUntilItIsResolved()
    {
        var engine = Engine(Rule());
        var unknown = new HashSet<int>();
        Assert.False(engine.OnBatch(Batch(7, 1), Now, unknown));
        Assert.Equal([7], unknown);
        engine.OnResolved(new SeriesResolution(s_epoch, [new ResolvedSeries(7, "m", s_labels, "1", MetricKind.Gauge)]));
        Assert.True(engine.OnBatch(Batch(7, 1), Now, unknown));
        Assert.Equal(AlertTransition.Fired, Assert.Single(engine.TakeChanges()).Transition);
    }

    [Fact]
    public void OnBatch_SeriesThatNoRuleWatches_IsSkippedWithoutAllocating()
    {
        var engine = Engine(Rule());
        engine.OnResolved(new SeriesResolution(s_epoch, [new ResolvedSeries(7, "other", s_labels, "1", MetricKind.Gauge)]));
        var batch = Batch(7, 1);
        var unknown = new HashSet<int>();
        Assert.True(engine.OnBatch(batch, Now, unknown));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) engine.OnBatch(batch, Now, unknown);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0, engine.WatchedSeries);
    }

    [Fact]
    public void OnBatch_NewEpoch_AsksForIdsAgain()
    {
        var engine = Engine(Rule());
        engine.OnResolved(new SeriesResolution(s_epoch, [new ResolvedSeries(7, "m", s_labels, "1", MetricKind.Gauge)]));
        var other = SampleBatch.Of(Guid.NewGuid(), default, 0, (7, null, [(Now, 1)]));
        Assert.False(engine.OnBatch(other, Now, new HashSet<int>()));
    }

    [Fact]
    public void OnBatch_LabelsTravelAlong_NeedsNoRegistry()
    {
        var engine = Engine(Rule());
        Assert.True(engine.OnBatch(SampleBatch.Of(Guid.Empty, default, 0, (0, SeriesDescriptor.Of("m", s_labels), [(Now, 1)])), Now, new HashSet<int>()));
        Assert.Single(engine.TakeChanges());
    }

    [Fact]
    public void Apply_RuleGone_EndsItsAlerts()
    {
        var engine = Engine(Rule());
        Feed(engine, Now, 1);
        engine.TakeChanges();
        engine.Apply([], Now + 1000);
        Assert.Equal(AlertTransition.Resolved, Assert.Single(engine.TakeChanges()).Transition);
    }

    [Fact]
    public void Apply_ThresholdChanged_KeepsWindowsAndAlert()
    {
        var engine = Engine(Rule());
        Feed(engine, Now, 1);
        var fired = Assert.Single(engine.TakeChanges());
        Assert.Empty(engine.Apply([Rule() with { Threshold = 2, Version = 2 }], Now + 500));
        engine.Tick(Now + 1000);
        var resolved = engine.TakeChanges().Single(c => c.Transition != AlertTransition.None);
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), (resolved.Transition, resolved.Alert.Id));
    }

    [Fact]
    public void Tick_HostsClockIsBehind_ForPassesAllTheSame()
    {
        var engine = Engine(Rule() with { For = TimeSpan.FromSeconds(5) });
        var behind = Now - 90_000;
        Feed(engine, behind, 1, Now);
        for (var s = 1; s <= 5; s++) engine.Tick(Now + (s * 1000));
        Assert.Contains(engine.TakeChanges(), c => c.Transition == AlertTransition.Fired && c.At == behind + 5000);
    }

    [Fact]
    public void OnBatch_SampleFromTheFuture_IsNotJudgedBeforeItsTime()
    {
        var engine = Engine(Rule());
        Feed(engine, Now + 60_000, 1, Now);
        Assert.Empty(engine.TakeChanges());
    }

    [Fact]
    public void Restore_PendingAlert_FiresWhenItsForHasPassed()
    {
        var rule = Rule() with { For = TimeSpan.FromSeconds(10) };
        var first = Engine(rule);
        Feed(first, Now, 1);
        var pending = Assert.Single(first.TakeChanges());
        var second = Engine(rule);
        second.Restore([new ActiveAlert(pending.Alert, pending.Group, new AlertStatus { Phase = AlertPhase.Pending, PendingSince = Now })], Now + 8000);
        Feed(second, Now + 10_000, 1);
        var fired = Assert.Single(second.TakeChanges());
        Assert.Equal((AlertTransition.Fired, pending.Alert.Id), (fired.Transition, fired.Alert.Id));
    }

    [Fact]
    public void Queue_Full_DropsTheOldestAndRemembersFromWhere()
    {
        var queue = new SampleQueue(2);
        for (var i = 0; i < 4; i++) queue.Add(SampleBatch.Of(s_epoch, default, 0, (1, null, [(Now + i, 1)])));
        Assert.Equal((2, 2), (queue.Count, queue.Dropped));
        Assert.Equal(Now, queue.TakeGap());
        Assert.Null(queue.TakeGap());
        Assert.True(queue.TryTake(out var next));
        Assert.Equal(Now + 2, next!.Times[0]);
    }

    private static AlertRule Rule() => new(new RuleDefinition { Name = "r", Metric = "m", Agg = RuleAggregation.Last, Threshold = 0.5 }) { Id = "rule" };

    private static EvaluationEngine Engine(AlertRule rule)
    {
        var engine = new EvaluationEngine(new EngineLimits());
        engine.Apply([rule], Now);
        return engine;
    }

    private static SampleBatch Batch(int id, double value) => SampleBatch.Of(s_epoch, default, 0, (id, null, [(Now, value)]));

    private static void Feed(EvaluationEngine engine, long at, double value, long? now = null)
    {
        engine.OnSeries("m", s_labels, [at], [value], now ?? at);
        engine.EvaluateDirty(now ?? at);
    }
}
