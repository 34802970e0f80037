using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>The answer to a <see cref="RangeQuery"/>.</summary>
/// <param name="From">As asked.</param>
/// <param name="To">As asked.</param>
/// <param name="StepMs">The width of a bucket in milliseconds; 0 for raw points.</param>
/// <param name="Series">A line each.</param>
public sealed record RangeResult(DateTimeOffset From, DateTimeOffset To, long StepMs, IReadOnlyList<RangeSeries> Series)
{
    /// <summary>UCUM of the values, after function and aggregation; empty when unknown.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What the values are, after function and aggregation.</summary>
    public MetricKind Kind { get; init; }

    /// <summary>What keeps the answer from being whole, for example that a replica which has the newest samples does not answer; null where it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>One line of an answer, in columns of equal length.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The series' labels, or those it was grouped by.</param>
/// <param name="Times">Unix milliseconds, ascending; a bucket is labelled by its start.</param>
/// <param name="Values">Null for an empty bucket; in JSON NaN and the infinities are strings.</param>
public sealed record RangeSeries(
    string Metric,
    LabelSet Labels,
    IReadOnlyList<long> Times,
    [property: JsonConverter(typeof(NullableDoubleColumnJsonConverter))] IReadOnlyList<double?> Values)
{
    /// <summary>What a reader must know of the values, for example that they are averages; null where there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}
