using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Alerts;

/// <summary>The states of an alert.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    /// <summary>The condition holds, not yet for long enough.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The condition has held for long enough.</summary>
    [JsonStringEnumMemberName("firing")]
    Firing,

    /// <summary>It fired and is over.</summary>
    [JsonStringEnumMemberName("resolved")]
    Resolved,

    /// <summary>There is no data to tell.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>Who took an alert on, and when.</summary>
/// <param name="By">The user or key.</param>
/// <param name="At">When.</param>
/// <param name="Comment">What they said, or null.</param>
public sealed record Acknowledgement(string By, DateTimeOffset At, string? Comment);

/// <summary>One alert: one rule and one group of labels.</summary>
public sealed record Alert
{
    /// <summary>This occurrence.</summary>
    public required string Id { get; init; }

    /// <summary>The rule and group: the same for every occurrence.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>The rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    public required AlertState State { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The group's labels and the rule's.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>Texts with the values filled in, <c>summary</c> and <c>recommendation</c> among them.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>The value last seen.</summary>
    [JsonConverter(typeof(DoubleJsonConverter))]
    public double Value { get; init; }

    /// <summary>The threshold it is held against.</summary>
    [JsonConverter(typeof(DoubleJsonConverter))]
    public double Threshold { get; init; }

    /// <summary>What the value and the threshold are of; null when the rule is gone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlertMeasure? Measure { get; init; }

    /// <summary>When the condition began to hold.</summary>
    public DateTimeOffset? PendingSince { get; init; }

    /// <summary>When it began to fire.</summary>
    public DateTimeOffset? FiringSince { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who took it on, or null.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>Ids of the silences that keep it quiet.</summary>
    public IReadOnlyList<string> SilencedBy { get; init; } = [];

    /// <summary>Addresses within the UI; <c>chart</c> shows the series around the alert.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();
}
