using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>What was found and written before a crash, and lies after the position up to where everything was judged.</summary>
public sealed class JudgedGroupsTests
{
    private const long Now = 1_700_000_000_000;
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "a"));

    [Fact]
    public void CatchUp_AlertThatIsWrittenAsOver_IsNotFoundAgain()
    {
        var first = Engine([]);
        Feed(first);
        var changes = first.TakeChanges();
        Assert.Equal([AlertTransition.Fired, AlertTransition.Resolved], changes.Select(c => c.Transition));

        var second = Engine([new JudgedGroup("rule", changes[1].Alert.Fingerprint, changes[1].At)]);
        Feed(second);
        Assert.Empty(second.TakeChanges());
        second.OnSeries("m", s_host, [Now + 9000], [1], Now + 9000);
        second.EvaluateDirty(Now + 9000);
        Assert.Equal(AlertTransition.Fired, Assert.Single(second.TakeChanges()).Transition);
    }

    private static EvaluationEngine Engine(IReadOnlyList<JudgedGroup> judged)
    {
        var engine = new EvaluationEngine(new EngineLimits());
        engine.Apply([new AlertRule(new RuleDefinition { Name = "r", Metric = "m", Agg = RuleAggregation.Last, Threshold = 0.5 }) { Id = "rule" }], Now);
        engine.JudgedBefore(judged);
        engine.EvaluateAfter("rule", Now - 1);
        return engine;
    }

    private static void Feed(EvaluationEngine engine)
    {
        engine.OnSeries("m", s_host, [Now + 1000, Now + 2000, Now + 3000], [0, 1, 0], Now + 5000);
        engine.EvaluateDirty(Now + 5000);
    }
}
