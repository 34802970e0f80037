using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Alerting;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.History;

/// <summary>What a restart makes of the time that was missed.</summary>
public sealed class CatchUpTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "a"));

    [Fact]
    public async Task Run_AlertFiredAndEndedMeanwhile_TellsBoth()
    {
        var changes = await RunAsync(s_now.AddMinutes(-10), TimeSpan.Zero, [Rule("one", 60)], from: -300, to: -200);
        Assert.Equal([AlertTransition.Fired, AlertTransition.Resolved], changes.Select(c => c.Transition));
    }

    [Fact]
    public async Task Run_RulesShareSeries_WhatWasJudgedBeforeIsNotJudgedAgain()
    {
        // The long window of the one reads back to what the other judged before the restart.
        Assert.Empty(await RunAsync(s_now.AddMinutes(-1), TimeSpan.Zero, [Rule("long", 1800), Rule("short", 10)], from: -900, to: -600));
    }

    [Fact]
    public async Task Run_SendersClockIsAhead_SeesItsNewestSamples()
    {
        var changes = await RunAsync(null, TimeSpan.FromSeconds(45), [Rule("one", 10)], from: -5, to: 3600);
        Assert.Equal(AlertTransition.Fired, Assert.Single(changes).Transition);
    }

    [Fact]
    public async Task Run_StoreDidNotAnswer_JudgesWhatWasMissedWhenItDoes()
    {
        var (options, clock, store) = (Options.Create(new AlertingOptions()), new FakeTimeProvider(s_now), new StoredMetrics(Samples(TimeSpan.Zero, from: -300, to: -200)) { IsAway = true });
        var catchUp = new CatchUp(new StoredSamples(store), options, clock, NullLogger<CatchUp>.Instance);
        var engine = new EvaluationEngine(EngineLimits.Of(options.Value));
        var compiled = engine.Apply([Rule("one", 60)], s_now.ToUnixTimeMilliseconds());
        await catchUp.RunAsync(engine, compiled, s_now.AddMinutes(-10), TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.False(catchUp.IsComplete);

        // The windows of other rules say nothing of what was missed.
        store.IsAway = false;
        await catchUp.RunAsync(engine, [], null, TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.False(catchUp.IsComplete);

        await catchUp.RunAsync(engine, compiled, s_now.AddMinutes(-10), TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.True(catchUp.IsComplete);
        Assert.Equal([AlertTransition.Fired, AlertTransition.Resolved], engine.TakeChanges().Select(c => c.Transition));
    }

    // A sample a second for half an hour, 1 within the seconds and 0 outside; rules take the newest.
    private static async Task<IReadOnlyList<AlertChange>> RunAsync(DateTimeOffset? evaluatedTo, TimeSpan ahead, AlertRule[] rules, int from, int to)
    {
        var series = Samples(ahead, from, to);
        var options = Options.Create(new AlertingOptions());
        var catchUp = new CatchUp(new StoredSamples(new StoredMetrics(series)), options, new FakeTimeProvider(s_now), NullLogger<CatchUp>.Instance);
        var engine = new EvaluationEngine(EngineLimits.Of(options.Value));
        var compiled = engine.Apply(rules, s_now.ToUnixTimeMilliseconds());
        await catchUp.RunAsync(engine, compiled, evaluatedTo, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        return engine.TakeChanges();
    }

    private static RangeSeries Samples(TimeSpan ahead, int from, int to)
    {
        var seconds = Enumerable.Range(-1800, 1800).ToList();
        return new RangeSeries("m", s_host, [.. seconds.Select(s => (s_now + ahead).AddSeconds(s).ToUnixTimeMilliseconds())], [.. seconds.Select(s => (double?)(s >= from && s < to ? 1 : 0))]);
    }

    private static AlertRule Rule(string id, int window) =>
        new(new RuleDefinition { Name = id, Metric = "m", Agg = RuleAggregation.Last, Window = TimeSpan.FromSeconds(window), Threshold = 0.5 }) { Id = id };
}
