using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>How the samples of one series within a step become one value. NaN is skipped.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Aggregation>))]
public enum Aggregation
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
}

/// <summary>How the values of several series at one step become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Reduction>))]
public enum Reduction
{
    /// <summary>The sum.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>The arithmetic mean.</summary>
    [JsonStringEnumMemberName("avg")]
    Avg,

    /// <summary>The least.</summary>
    [JsonStringEnumMemberName("min")]
    Min,

    /// <summary>The greatest.</summary>
    [JsonStringEnumMemberName("max")]
    Max,
}

/// <summary>A function applied to each raw series before anything else.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeriesFunction>))]
public enum SeriesFunction
{
    /// <summary>Growth per second between neighbouring samples, resets taken as starts from zero.</summary>
    [JsonStringEnumMemberName("rate")]
    Rate,

    /// <summary>Growth between neighbouring samples, resets taken as starts from zero.</summary>
    [JsonStringEnumMemberName("increase")]
    Increase,

    /// <summary>Difference between neighbouring samples.</summary>
    [JsonStringEnumMemberName("delta")]
    Delta,
}
