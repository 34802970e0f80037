using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>The newest sample of a series.</summary>
/// <param name="Id">The registry's id.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels that identify the series.</param>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Value">The value; in JSON NaN and the infinities are strings.</param>
public sealed record LatestValue(int Id, string Metric, LabelSet Labels, long Time, [property: JsonConverter(typeof(DoubleJsonConverter))] double Value);
