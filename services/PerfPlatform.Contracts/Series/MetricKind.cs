using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Series;

/// <summary>What the values of a series are. Histograms and summaries arrive as their counters <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricKind>))]
public enum MetricKind : byte
{
    /// <summary>The sender did not say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown = 0,

    /// <summary>A value that goes up and down.</summary>
    [JsonStringEnumMemberName("gauge")]
    Gauge = 1,

    /// <summary>A cumulative sum that only grows, and starts again from zero after a restart.</summary>
    [JsonStringEnumMemberName("counter")]
    Counter = 2,
}
