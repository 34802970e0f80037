using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>What the values of an answer are: not always what those of the series are that it was made of.</summary>
internal static class AnswerUnit
{
    /// <summary>Unit and kind of the answer to a question about a series.</summary>
    public static (string Unit, MetricKind Kind) Of(RangeQuery query, SeriesEntry series) => query switch
    {
        { Aggregation: Aggregation.Count } => ("1", MetricKind.Gauge),
        { Function: SeriesFunction.Rate } => (PerSecond(series.Unit), MetricKind.Gauge),
        { Function: not null } => (series.Unit, MetricKind.Gauge),
        _ => (series.Unit, series.Kind),
    };

    private static string PerSecond(string unit) => unit switch
    {
        "" => "",
        "s" => "1",
        _ => unit + "/s",
    };
}
