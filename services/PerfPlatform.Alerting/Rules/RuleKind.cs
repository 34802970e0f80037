using System.Text.Json.Serialization;

namespace PerfPlatform.Alerting.Rules;

/// <summary>What a rule watches. Only <see cref="Threshold"/> and <see cref="Absent"/> are evaluated by this version; the others are refused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleKind>))]
public enum RuleKind
{
    /// <summary>A value over a window, held against a threshold.</summary>
    [JsonStringEnumMemberName("threshold")]
    Threshold,

    /// <summary>A series that was there and has had no sample for the window.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>Out of the ordinary.</summary>
    [JsonStringEnumMemberName("anomaly")]
    Anomaly,

    /// <summary>What comes next.</summary>
    [JsonStringEnumMemberName("forecast")]
    Forecast,

    /// <summary>The health of a component.</summary>
    [JsonStringEnumMemberName("health")]
    Health,

    /// <summary>How fast an error budget is used up.</summary>
    [JsonStringEnumMemberName("burnRate")]
    BurnRate,
}
