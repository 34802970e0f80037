using System.Text.Json;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Findings;

/// <summary>What analysis found, in a sentence and with its evidence.</summary>
public sealed record Finding
{
    /// <summary>Stable for the same kind, subject and period.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of finding.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>What it is about, for example <c>{"host":"web-1"}</c>.</summary>
    public required IReadOnlyDictionary<string, string> Subject { get; init; }

    /// <summary>The start of the period looked at.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Its end.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>A sentence that a person understands.</summary>
    public required string Summary { get; init; }

    /// <summary>The method, for example <c>theil-sen</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The numbers that it rests on.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>What the kind adds.</summary>
    public JsonElement? Data { get; init; }
}

/// <summary>The numbers of one metric that a finding rests on.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels of the series.</param>
/// <param name="Numbers">Named numbers.</param>
public sealed record Evidence(string Metric, LabelSet Labels, IReadOnlyDictionary<string, double> Numbers);

/// <summary>How much something matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Good to know.</summary>
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>Look at it soon.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Act now.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}

/// <summary>The kinds of finding.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>Where a series is going.</summary>
    [JsonStringEnumMemberName("trend")]
    Trend,

    /// <summary>What holds a host or application back.</summary>
    [JsonStringEnumMemberName("bottleneck")]
    Bottleneck,

    /// <summary>How well it does, 0 to 100.</summary>
    [JsonStringEnumMemberName("score")]
    Score,

    /// <summary>What to do.</summary>
    [JsonStringEnumMemberName("recommendation")]
    Recommendation,

    /// <summary>What comes next.</summary>
    [JsonStringEnumMemberName("forecast")]
    Forecast,

    /// <summary>What recurs.</summary>
    [JsonStringEnumMemberName("pattern")]
    Pattern,

    /// <summary>What is out of the ordinary.</summary>
    [JsonStringEnumMemberName("anomaly")]
    Anomaly,

    /// <summary>How to scale.</summary>
    [JsonStringEnumMemberName("scaling")]
    Scaling,
}
