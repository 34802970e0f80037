using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Reports;

/// <summary>What a report is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportKind>))]
public enum ReportKind
{
    /// <summary>Hosts and applications over the period.</summary>
    [JsonStringEnumMemberName("performance")]
    Performance,

    /// <summary>Components over the period.</summary>
    [JsonStringEnumMemberName("health")]
    Health,

    /// <summary>Alerts over the period.</summary>
    [JsonStringEnumMemberName("alerts")]
    Alerts,

    /// <summary>What will be full, and when.</summary>
    [JsonStringEnumMemberName("capacity")]
    Capacity,
}

/// <summary>The file's format.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportFormat>))]
public enum ReportFormat
{
    /// <summary>A page with charts.</summary>
    [JsonStringEnumMemberName("html")]
    Html,

    /// <summary>Comma-separated values, RFC 4180.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>The whole content as JSON.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>Pages to print.</summary>
    [JsonStringEnumMemberName("pdf")]
    Pdf,

    /// <summary>A workbook.</summary>
    [JsonStringEnumMemberName("xlsx")]
    Xlsx,
}

/// <summary>How far a report is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportStatus>))]
public enum ReportStatus
{
    /// <summary>Waiting for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Being made.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Ready for download.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It could not be made; the error says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>A request for a report (body of POST).</summary>
public sealed record ReportRequest
{
    /// <summary>What it is about.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>The start of the period, as in queries; default <c>now-24h</c>.</summary>
    [JsonConverter(typeof(TimeTextJsonConverter))]
    public string From { get; init; } = "now-24h";

    /// <summary>Its end; default <c>now</c>.</summary>
    [JsonConverter(typeof(TimeTextJsonConverter))]
    public string To { get; init; } = "now";

    /// <summary>Label filters.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    /// <summary>The file's format.</summary>
    public required ReportFormat Format { get; init; }
}

/// <summary>A report as the catalogue knows it.</summary>
public sealed record Report
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>The file's format.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>How far it is.</summary>
    public required ReportStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>The start of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Its end.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Label filters.</summary>
    public required IReadOnlyList<string> Match { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who asked.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was done or failed.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The file's size in bytes when done.</summary>
    public long? Size { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}
