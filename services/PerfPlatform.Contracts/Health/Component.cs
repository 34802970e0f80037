using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Health;

/// <summary>How a component does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComponentStatus>))]
public enum ComponentStatus
{
    /// <summary>Not checked yet, or not for too long.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("healthy")]
    Healthy,

    /// <summary>It works with limits.</summary>
    [JsonStringEnumMemberName("degraded")]
    Degraded,

    /// <summary>It does not work.</summary>
    [JsonStringEnumMemberName("unhealthy")]
    Unhealthy,
}

/// <summary>How a component is checked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeKind>))]
public enum ProbeKind
{
    /// <summary>GET an address; <c>url</c>, optional <c>expectedStatus</c> (default any 2xx).</summary>
    [JsonStringEnumMemberName("http")]
    Http,

    /// <summary>Open a connection; <c>host</c> and <c>port</c>.</summary>
    [JsonStringEnumMemberName("tcp")]
    Tcp,

    /// <summary>The component calls in at least once an interval; it has <c>grace</c> beyond it.</summary>
    [JsonStringEnumMemberName("heartbeat")]
    Heartbeat,

    /// <summary>A condition on a metric's newest value.</summary>
    [JsonStringEnumMemberName("metric")]
    Metric,

    /// <summary>A part of PerfPlatform that checks itself; not for PUT.</summary>
    [JsonStringEnumMemberName("self")]
    Self,
}

/// <summary>How a component is checked; which members count depends on <see cref="Kind"/>.</summary>
public sealed record Probe
{
    /// <summary>The kind.</summary>
    public required ProbeKind Kind { get; init; }

    /// <summary>http: the address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Uri? Url { get; init; }

    /// <summary>http: the status that means healthy; null for any 2xx.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExpectedStatus { get; init; }

    /// <summary>tcp: the host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    /// <summary>tcp: the port.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Port { get; init; }

    /// <summary>metric: the metric's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary>metric: label filters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Match { get; init; }

    /// <summary>metric: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>; true means unhealthy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }

    /// <summary>metric: the threshold of the condition.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }
}

/// <summary>How a component is to be watched (body of PUT).</summary>
public sealed record ComponentDefinition
{
    /// <summary>How it is checked.</summary>
    public required Probe Probe { get; init; }

    /// <summary>How often: 1 s to 1 h, of a heartbeat to 31 d.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take, at most the interval.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Of a heartbeat: how long after its interval it may still come, 0 s to 31 d. Null: a tenth of the interval, at most an hour, and the timeout at least.
    /// </summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Grace { get; init; }

    /// <summary>Names of the components that it needs.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];
}

/// <summary>A component and how it does.</summary>
public sealed record Component
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it does.</summary>
    public required ComponentStatus Status { get; init; }

    /// <summary>Since when it has this status.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long the last check took.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>When it was checked last.</summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>Of one that is watched by heartbeat: when it last called in; null before the first time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>What the last failed check said; null while healthy.</summary>
    public string? LastError { get; init; }

    /// <summary>The part of the last 24 hours that was healthy or degraded, 0 to 1; null before the first check.</summary>
    public double? Uptime24h { get; init; }

    /// <summary>The part of the last 30 days.</summary>
    public double? Uptime30d { get; init; }

    /// <summary>Names of the components that it needs.</summary>
    public required IReadOnlyList<string> DependsOn { get; init; }

    /// <summary>The unhealthy component at the end of its dependencies that explains it, or null.</summary>
    public string? RootCause { get; init; }

    /// <summary>How it is checked.</summary>
    public required Probe Probe { get; init; }
}

/// <summary>How many components are in each status.</summary>
/// <param name="Healthy">As they should be.</param>
/// <param name="Degraded">Working with limits.</param>
/// <param name="Unhealthy">Not working.</param>
/// <param name="Unknown">Not checked.</param>
public sealed record ComponentCounts(int Healthy, int Degraded, int Unhealthy, int Unknown);

/// <summary>All components in one answer.</summary>
/// <param name="Status">The worst status that any component has (unknown counts least).</param>
/// <param name="Counts">How many are in each status.</param>
/// <param name="Worst">Those not healthy, worst first, at most 10.</param>
public sealed record HealthSummary(ComponentStatus Status, ComponentCounts Counts, IReadOnlyList<Component> Worst);
