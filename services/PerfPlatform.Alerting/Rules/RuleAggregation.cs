using System.Text.Json.Serialization;

namespace PerfPlatform.Alerting.Rules;

/// <summary>How the samples of one series within a rule's window become one value. NaN is skipped. As in the query API, and <see cref="TimeTo"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleAggregation>))]
public enum RuleAggregation
{
    /// <summary>The arithmetic mean.</summary>
    [JsonStringEnumMemberName("avg")]
    Avg,

    /// <summary>The least.</summary>
    [JsonStringEnumMemberName("min")]
    Min,

    /// <summary>The greatest.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>The sum.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>How many.</summary>
    [JsonStringEnumMemberName("count")]
    Count,

    /// <summary>The newest.</summary>
    [JsonStringEnumMemberName("last")]
    Last,

    /// <summary>The median, interpolated linearly.</summary>
    [JsonStringEnumMemberName("p50")]
    P50,

    /// <summary>The 95th percentile, interpolated linearly.</summary>
    [JsonStringEnumMemberName("p95")]
    P95,

    /// <summary>The 99th percentile, interpolated linearly.</summary>
    [JsonStringEnumMemberName("p99")]
    P99,

    /// <summary>
    /// Seconds until the series reaches the rule's <c>target</c>, if it goes on as in the window: a least-squares line through the samples.
    /// Infinite where it does not move towards the target; no value before the samples span a quarter of the window.
    /// </summary>
    [JsonStringEnumMemberName("timeTo")]
    TimeTo,
}
