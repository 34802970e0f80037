using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>Absent rules over restarts, and what is history and no silence.</summary>
public sealed class SilenceTests
{
    private const long Now = 1_700_000_000_000;
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "a"));
    private static readonly AlertRule s_rule = new(new RuleDefinition { Name = "silent", Metric = "m", Kind = RuleKind.Absent, By = ["host.name"], Window = TimeSpan.FromMinutes(5) }) { Id = "rule" };

    [Fact]
    public void Restore_WhatIsAbsent_FiresOnWithTheSameIdUntilASampleComes()
    {
        var fired = Fired();
        var engine = Restarted(fired);
        engine.OnLastSeen("m", s_host, Now, watchedTo: Now + 600_000, Now + 660_000);
        for (var s = 0; s < 20; s++) engine.Tick(Now + 660_000 + (s * 1000));
        Assert.DoesNotContain(engine.TakeChanges(), c => c.Transition != AlertTransition.None);
        Send(engine, Now + 680_000);
        var over = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), (over.Transition, over.Alert.Id));
    }

    [Fact]
    public void Restore_SampleCameWhileAway_IsOver()
    {
        var engine = Restarted(Fired());
        engine.OnLastSeen("m", s_host, Now + 630_000, watchedTo: Now + 600_000, Now + 660_000);
        engine.Tick(Now + 660_000);
        Assert.Equal(AlertTransition.Resolved, Assert.Single(engine.TakeChanges()).Transition);
    }

    [Fact]
    public void Tick_AbsentForLongerThanDataIsRemembered_FiresOnUntilASampleComes()
    {
        var engine = Engine();
        Send(engine, Now);
        engine.Tick(Now + 300_000);
        var fired = Assert.Single(engine.TakeChanges());
        for (var hour = 1; hour <= 30 * 24; hour++) engine.Tick(Now + (hour * 3_600_000L));
        Assert.DoesNotContain(engine.TakeChanges(), c => c.Transition != AlertTransition.None);
        Send(engine, Now + (31 * 86_400_000L));
        var over = Assert.Single(engine.TakeChanges());
        Assert.Equal((AlertTransition.Resolved, fired.Alert.Id), (over.Transition, over.Alert.Id));
    }

    [Fact]
    public void OnLastSeen_HostThatWasThereBeforeTheRestart_IsMissedAWindowLater()
    {
        var engine = Engine();
        engine.ListenFrom(Now);
        engine.OnLastSeen("m", s_host, Now - 100_000, watchedTo: Now - 90_000, Now);
        engine.Tick(Now + 299_000);
        Assert.Empty(engine.TakeChanges());
        engine.Tick(Now + 300_000);
        Assert.Equal(AlertTransition.Fired, Assert.Single(engine.TakeChanges()).Transition);
    }

    [Fact]
    public void OnLastSeen_SilentLongBefore_IsHistory()
    {
        var engine = Engine();
        engine.OnLastSeen("m", s_host, Now - 3_600_000, watchedTo: Now, Now);
        engine.Tick(Now + 600_000);
        Assert.Empty(engine.TakeChanges());
    }

    [Fact]
    public void OnSeries_ImportedHistory_IsNoSilence()
    {
        var engine = Engine();
        for (var minute = 0; minute < 60; minute++) engine.OnSeries("m", s_host, [Now - 7_200_000 + (minute * 60_000)], [1], Now);
        engine.EvaluateDirty(Now);
        engine.Tick(Now + 600_000);
        Assert.Empty(engine.TakeChanges());
    }

    [Fact]
    public void OnSeries_HostComesBackWithAnEarlierClock_IsOver()
    {
        var engine = Engine();
        Send(engine, Now);
        engine.Tick(Now + 300_000);
        Assert.Equal(AlertTransition.Fired, Assert.Single(engine.TakeChanges()).Transition);
        engine.OnSeries("m", s_host, [Now - 1000], [1], Now + 301_000 - 2000);
        engine.EvaluateDirty(Now + 301_000);
        Assert.Equal(AlertTransition.Resolved, Assert.Single(engine.TakeChanges()).Transition);
    }

    private static EvaluationEngine Engine()
    {
        var engine = new EvaluationEngine(new EngineLimits());
        engine.Apply([s_rule], Now);
        return engine;
    }

    private static AlertChange Fired()
    {
        var engine = Engine();
        Send(engine, Now);
        engine.Tick(Now + 300_000);
        return Assert.Single(engine.TakeChanges());
    }

    private static EvaluationEngine Restarted(AlertChange fired)
    {
        var engine = Engine();
        var since = fired.Alert.FiringSince!.Value.ToUnixTimeMilliseconds();
        engine.Restore([new ActiveAlert(fired.Alert, fired.Group, new AlertStatus { Phase = AlertPhase.Firing, PendingSince = since, FiringSince = since })], Now + 660_000);
        engine.ListenFrom(Now + 660_000);
        return engine;
    }

    private static void Send(EvaluationEngine engine, long at)
    {
        engine.OnSeries("m", s_host, [at], [1], at);
        engine.EvaluateDirty(at);
    }
}
