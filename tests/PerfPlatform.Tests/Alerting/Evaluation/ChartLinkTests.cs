using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>The chart that an alert leads to shows what its rule looks at.</summary>
public sealed class ChartLinkTests
{
    [Theory]
    [InlineData(null, RuleAggregation.Avg, "&fn=none")]
    [InlineData(SeriesFunction.Rate, RuleAggregation.Avg, "&fn=rate")]
    [InlineData(null, RuleAggregation.P95, "&fn=none&agg=p95")]
    [InlineData(SeriesFunction.Increase, RuleAggregation.Sum, "&fn=increase&agg=sum")]
    public void Link_OfARule_HasItsFunctionAndAggregation(SeriesFunction? fn, RuleAggregation agg, string end)
    {
        var rule = new CompiledRule(new AlertRule { Id = "r", Name = "r", Metric = "m", Fn = fn, Agg = agg, Condition = ">", Threshold = 1 });
        Assert.Equal("/explore?metric=m&match=host.name%3Da&from=now-1h&to=now" + end, ChartLink.Of(rule, LabelSet.From([new Label("host.name", "a")]), 0, 0));
    }
}
