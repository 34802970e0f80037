using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>The series of one metric.</summary>
internal sealed class MetricSeries
{
    public PostingList Ids { get; } = new();

    /// <summary>What the newest series of the metric says.</summary>
    public MetricKind Kind { get; set; }

    public string Unit { get; set; } = "";
}
