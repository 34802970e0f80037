using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Reports.Content;

/// <summary>One metric of a host over the period.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Metric">Its name.</param>
/// <param name="Device">The device, or null.</param>
/// <param name="Unit">UCUM: <c>1</c> for a part of one, <c>By/s</c>.</param>
/// <param name="Average">The mean.</param>
/// <param name="P95">The 95th percentile of the steps' means.</param>
/// <param name="Maximum">The greatest single value.</param>
/// <param name="Trend">Where it is going, or null where that could not be said.</param>
/// <param name="Times">The starts of the steps, Unix milliseconds.</param>
/// <param name="Values">The steps' means; null for a gap.</param>
public sealed record MetricSection(
    string Title, string Metric, string? Device, string Unit, double Average, double P95, double Maximum, TrendLine? Trend,
    IReadOnlyList<long> Times,
    [property: JsonConverter(typeof(NullableDoubleColumnJsonConverter))] IReadOnlyList<double?> Values);
