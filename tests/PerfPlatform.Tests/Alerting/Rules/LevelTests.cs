using PerfPlatform.Alerting.Rules;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Rules;

public sealed class LevelTests
{
    private static readonly RuleDefinition Filling = new()
    {
        Name = "Disk fills up",
        Metric = "m",
        Agg = RuleAggregation.TimeTo,
        Target = 1,
        Level = 0.8,
        Condition = "<",
        Threshold = 3600,
    };

    [Fact]
    public void Check_LevelOfATimeTo_IsAllowed() => Assert.Null(RuleValidation.Check(Filling));

    [Fact]
    public void Check_LevelOfAnotherAggregation_SaysWhereItBelongs() =>
        Assert.Contains("'level'", RuleValidation.Check(Filling with { Agg = RuleAggregation.Last, Target = null }), StringComparison.Ordinal);

    [Fact]
    public void Check_LevelOfAnAbsentRule_SaysThatItHasNone() =>
        Assert.Contains("'level'", RuleValidation.Check(new RuleDefinition { Name = "Silent", Metric = "m", Kind = RuleKind.Absent, Level = 1 }), StringComparison.Ordinal);
}
