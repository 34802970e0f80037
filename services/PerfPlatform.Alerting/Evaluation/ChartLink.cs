using System.Text;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>The address of the chart that shows an alert's series, from some time before it began until after it was over.</summary>
public static class ChartLink
{
    private const long LeastMargin = 15 * 60_000;

    /// <summary>The address within the UI.</summary>
    public static string Of(CompiledRule rule, LabelSet group, long since, long until)
    {
        var margin = Math.Max(LeastMargin, rule.Window * 2);
        var text = new StringBuilder("/explore?metric=").Append(Uri.EscapeDataString(rule.Rule.Metric));
        foreach (var label in group.AsSpan()) text.Append("&match=").Append(Uri.EscapeDataString($"{label.Name}={label.Value}"));
        if (rule.Rule.By is not null)
        {
            foreach (var match in rule.Rule.Match) text.Append("&match=").Append(Uri.EscapeDataString(match));
        }

        text.Append("&from=").Append(since == 0 ? "now-1h" : (since - margin).ToString());
        text.Append("&to=").Append(until == 0 ? "now" : (until + LeastMargin).ToString());
        // What the rule looks at, not what the page would choose for such a metric.
        text.Append("&fn=").Append(rule.Rule.Fn?.ToString().ToLowerInvariant() ?? "none");
        if (rule.Rule.Agg is not (RuleAggregation.Avg or RuleAggregation.TimeTo)) text.Append("&agg=").Append(rule.Rule.Agg.ToString().ToLowerInvariant());
        return text.ToString();
    }
}
