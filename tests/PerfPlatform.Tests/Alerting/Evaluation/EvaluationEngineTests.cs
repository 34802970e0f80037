using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
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
    public void OnBatch_OneSampleFromTheFuture_IsJudgedWhenItComes()
    {
        var engine = Engine(Rule());
        Feed(engine, Now + 20_000, 1, Now);
        var fired = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Fired, Now), (fired.Transition, fired.At));
    }

    [Fact]
    public void OnBatch_SendersClockIsAhead_IsJudgedWithTheSampleThatCrosses()
    {
        var engine = Engine(Rule());
        for (var s = 0; s < 60; s++) Feed(engine, Now + 45_000 + (s * 1000), s < 50 ? 0 : 1, Now + (s * 1000));
        var fired = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Fired, Now + 50_000), (fired.Transition, fired.At));
    }

    [Fact]
    public void OnBatch_OneSenderOfAGroupIsAhead_HidesNoneOfTheOthers()
    {
        var engine = Engine(Rule() with { By = [], Reduce = Reduction.Max, Window = TimeSpan.FromSeconds(5) });
        for (var s = 0; s < 20; s++)
        {
            Feed(engine, Now + 45_000 + (s * 1000), 0, Now + (s * 1000));
            engine.OnSeries("m", LabelSet.Of(("host.name", "b")), [Now + (s * 1000)], [s < 10 ? 0 : 1], Now + (s * 1000));
            engine.EvaluateDirty(Now + (s * 1000));
            engine.Tick(Now + (s * 1000) + 500);
        }

        Assert.Contains(engine.TakeChanges(), c => c.Transition == AlertTransition.Fired && c.At <= Now + 11_500);
    }

    [Fact]
    public void Apply_ThresholdLowered_LooksAtOnce()
    {
        var engine = Engine(Rule() with { Threshold = 2 });
        Feed(engine, Now, 1);
        Assert.Empty(engine.TakeChanges());
        engine.Apply([Rule() with { Threshold = 0.5, Version = 2 }], Now + 200);
        Assert.Equal(AlertTransition.Fired, Assert.Single(engine.TakeChanges(), c => c.Transition != AlertTransition.None).Transition);
    }

    [Fact]
    public void Apply_NameAndSeverityChanged_TellsTheSameAlertInItsNewForm()
    {
        var engine = Engine(Rule());
        Feed(engine, Now, 1);
        var fired = Assert.Single(engine.TakeChanges());
        engine.Apply([Rule() with { Name = "other", Severity = Severity.Critical, Version = 2 }], Now + 200);
        var told = Assert.Single(engine.TakeChanges());
        Assert.Equal((fired.Alert.Id, AlertState.Firing, "other", Severity.Critical), (told.Alert.Id, told.Alert.State, told.Alert.Name, told.Alert.Severity));
        Feed(engine, Now + 1000, 0);
        var over = Assert.Single(engine.TakeChanges());
        Assert.Equal((fired.Alert.Id, AlertTransition.Resolved), (over.Alert.Id, over.Transition));
    }

    [Fact]
    public void Tick_NothingButNaNComes_EndsTheAlert()
    {
        var engine = Engine(Rule());
        Feed(engine, Now, 1);
        var fired = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), EndOf(engine, second => Feed(engine, Now + (second * 1000), double.NaN)));
    }

    [Fact]
    public void Tick_DividedByNothingForLong_EndsTheAlert()
    {
        var engine = Engine(Rule() with { DivideBy = "n", By = ["host.name"] });
        Ratio(0, 4);
        var fired = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), EndOf(engine, second => Ratio(second, 0)));

        void Ratio(int second, double divisor)
        {
            var at = Now + (second * 1000);
            engine.OnSeries("n", s_labels, [at], [divisor], at);
            Feed(engine, at, 8);
        }
    }

    [Fact]
    public void OnBatch_MoreGroupsThanTheBound_SaysHowManyAndWatchesThemWhenThereIsRoom()
    {
        var engine = new EvaluationEngine(new EngineLimits { MaxGroupsPerRule = 2, StaleAfter = 60_000 });
        engine.Apply([Rule() with { Window = TimeSpan.FromSeconds(5) }], Now);
        for (var i = 0; i < 5; i++) engine.OnSeries("m", LabelSet.Of(("host.name", $"h{i}")), [Now], [0], Now);
        engine.EvaluateDirty(Now);
        engine.Tick(Now);
        Assert.Equal((3, new RuleWatch(2, 3)), (engine.UnwatchedSeries, engine.WatchOf("rule")));

        // The two have gone away: there is room.
        var later = Now + 200_000;
        engine.Tick(later);
        engine.OnSeries("m", LabelSet.Of(("host.name", "h4")), [later], [1], later);
        engine.EvaluateDirty(later);
        engine.Tick(later + 1000);
        Assert.Contains(engine.TakeChanges(), c => c.Transition == AlertTransition.Fired);
        Assert.Equal((0, new RuleWatch(1, 0)), (engine.UnwatchedSeries, engine.WatchOf("rule")));
    }

    [Fact]
    public void OnBatch_OneRuleMeetsAnError_TheOthersGoOn()
    {
        var engine = new EvaluationEngine(new EngineLimits());
        engine.Apply([Rule() with { Id = "bad", Annotations = new Dictionary<string, string> { ["summary"] = null! } }, Rule()], Now);
        Feed(engine, Now, 1);
        engine.Tick(Now + 1000);
        Assert.Equal("rule", Assert.Single(engine.TakeChanges(), c => c.Transition == AlertTransition.Fired).Alert.RuleId);
        Assert.Equal("bad", Assert.Single(engine.TakeFaults()).RuleId);
    }

    [Fact]
    public void OnBatch_WideGroupInManyBatches_IsComputedOnceASecond()
    {
        // Each batch changes every window, so that each look computes all of them.
        const int series = 100, batches = 50, seconds = 3;
        var engine = Engine(Rule() with { By = [], Agg = RuleAggregation.P95, Window = TimeSpan.FromMinutes(10) });
        for (var s = 0; s < seconds; s++)
        {
            for (var b = 0; b < batches; b++)
            {
                var at = Now + (s * 1000) + (b * 20);
                for (var i = 0; i < series; i++) engine.OnSeries("m", LabelSet.Of(("host.name", $"h{i}")), [at], [0], at);
                engine.EvaluateDirty(at);
            }
        }

        Assert.Equal(series * seconds, engine.ComputedWindows);
    }

    [Fact]
    public void Tick_SampleOfASecondThatWasJudged_IsJudgedWhenTheSecondIsOver()
    {
        var engine = Engine(Rule());
        Feed(engine, Now + 100, 0, Now + 150);
        Feed(engine, Now + 600, 1, Now + 650);
        Assert.Empty(engine.TakeChanges());
        engine.Tick(Now + 1000);
        Assert.Equal(AlertTransition.Fired, Assert.Single(engine.TakeChanges()).Transition);
    }

    [Theory]
    [InlineData(9000)]
    [InlineData(1900)]
    [InlineData(900)]
    public void Tick_SamplesThatCameLaterThanTheWindowIsLong_EndTheAlert(int last)
    {
        var engine = Engine(Rule() with { Window = TimeSpan.FromSeconds(2) });
        Feed(engine, Now + 500, 1);
        var fired = Assert.Single(engine.TakeChanges());
        for (var s = 1; s <= 10; s++) engine.Tick(Now + (s * 1000));
        for (var t = 600; t <= last; t += 100) engine.OnSeries("m", s_labels, [Now + t], [0], Now + 10_500);
        engine.EvaluateDirty(Now + 10_500);
        for (var s = 11; s <= 13; s++) engine.Tick(Now + (s * 1000));
        var end = Assert.Single(engine.TakeChanges(), c => c.Transition != AlertTransition.None);
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), (end.Transition, end.Alert.Id));
    }

    [Fact]
    public void Tick_WhatCrossedAndCameBackWhileSamplesWereLate_IsTold()
    {
        var engine = Engine(Rule() with { Window = TimeSpan.FromSeconds(2) });
        Feed(engine, Now + 100, 0);
        Feed(engine, Now + 600, 0);
        for (var s = 1; s <= 10; s++) engine.Tick(Now + (s * 1000));
        for (var s = 1; s <= 9; s++) engine.OnSeries("m", s_labels, [Now + (s * 1000)], [s is 4 or 5 ? 1 : 0], Now + 10_500);
        engine.EvaluateDirty(Now + 10_500);
        var told = engine.TakeChanges().Where(c => c.Transition != AlertTransition.None).Select(c => (c.Transition, c.At));
        Assert.Equal([(AlertTransition.Fired, Now + 4000), (AlertTransition.Resolved, Now + 6000)], told);
    }

    [Fact]
    public void Tick_WindowsThatDidNotChange_AreNotComputedAgain()
    {
        var engine = Engine(Rule() with { By = [], Agg = RuleAggregation.P95, Window = TimeSpan.FromMinutes(10) });
        for (var i = 0; i < 100; i++) engine.OnSeries("m", LabelSet.Of(("host.name", $"h{i}")), [Now], [1], Now);
        engine.EvaluateDirty(Now);
        var before = engine.ComputedWindows;
        for (var s = 1; s <= 60; s++) engine.Tick(Now + (s * 1000));
        Assert.Equal(before, engine.ComputedWindows);
        engine.OnSeries("m", LabelSet.Of(("host.name", "h0")), [Now + 61_000], [1], Now + 61_000);
        engine.EvaluateDirty(Now + 61_000);
        Assert.Equal(before + 1, engine.ComputedWindows);
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
        Assert.True(queue.TryTake(out var next, out _));
        Assert.Equal(Now + 2, next!.Times[0]);
    }

    private static (AlertTransition Transition, string Id) EndOf(EvaluationEngine engine, Action<int> second)
    {
        for (var s = 1; s < 400; s++)
        {
            second(s);
            engine.Tick(Now + (s * 1000) + 500);
            if (engine.TakeChanges().FirstOrDefault(c => c.Transition != AlertTransition.None) is { } change) return (change.Transition, change.Alert.Id);
        }

        return default;
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
