namespace PerfPlatform.Web.Components.Charts;

/// <summary>How the values of a metric are written.</summary>
public static class MetricFormat
{
    /// <summary>The chart's format for a metric of a unit in UCUM, after a function and an aggregation; null for none.</summary>
    public static string Of(string metric, string unit, string? fn = null, string? agg = null)
    {
        // How many samples there are has no unit, whatever they are of.
        if (agg == "count") return "count";
        var isRate = fn == "rate";
        return unit switch
        {
            "By" => isRate ? "byterate" : "bytes",
            "s" => isRate ? "number" : "seconds",
            // The unit 1 is that of shares and of plain numbers: only the name tells. Shares of several instants added up are no share.
            "1" when !isRate && agg != "sum" && (metric.EndsWith("utilization", StringComparison.Ordinal) || metric.EndsWith("ratio", StringComparison.Ordinal)) => "percent",
            _ when isRate => "rate",
            ['{', ..] => "count",
            _ => "number",
        };
    }
}
