namespace PerfPlatform.Web.Components.Charts;

/// <summary>How the values of a metric are written.</summary>
public static class MetricFormat
{
    /// <summary>The chart's format for a metric of a unit in UCUM; <paramref name="rate"/> when its growth per second is shown.</summary>
    public static string Of(string metric, string unit, bool rate) => unit switch
    {
        "By" => rate ? "byterate" : "bytes",
        "s" => rate ? "number" : "seconds",
        // The unit 1 is that of shares and of plain numbers: only the name tells.
        "1" when !rate && (metric.EndsWith("utilization", StringComparison.Ordinal) || metric.EndsWith("ratio", StringComparison.Ordinal)) => "percent",
        _ when rate => "rate",
        ['{', ..] => "count",
        _ => "number",
    };
}
