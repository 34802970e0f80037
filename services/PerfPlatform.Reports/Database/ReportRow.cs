using PerfPlatform.Contracts.Reports;

namespace PerfPlatform.Reports.Database;

/// <summary>A report as it is stored. The row is the truth; Hangfire's job is only the messenger.</summary>
public sealed class ReportRow
{
    /// <summary>A version 7 UUID in hexadecimal: sorts by time of creation.</summary>
    public required string Id { get; set; }

    /// <summary>What it is about.</summary>
    public required ReportKind Kind { get; set; }

    /// <summary>The file's format.</summary>
    public required ReportFormat Format { get; set; }

    /// <summary>How far it is.</summary>
    public required ReportStatus Status { get; set; }

    /// <summary>0 to 100.</summary>
    public int Progress { get; set; }

    /// <summary>The start of the period.</summary>
    public required DateTimeOffset From { get; set; }

    /// <summary>Its end.</summary>
    public required DateTimeOffset To { get; set; }

    /// <summary>Label filters.</summary>
    public required string[] Match { get; set; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who asked.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>The schedule that asked, or null.</summary>
    public string? ScheduleId { get; set; }

    /// <summary>When it was done or failed.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The file's size.</summary>
    public long? Size { get; set; }

    /// <summary>Why it failed, or why the last attempt did.</summary>
    public string? Error { get; set; }

    /// <summary>How often it was begun; the number of the attempt fences off older ones.</summary>
    public int Attempt { get; set; }

    /// <summary>Until when the worker that has it may go on without a sign of life.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>As the API shows it.</summary>
    public Report ToReport() => new()
    {
        Id = Id,
        Kind = Kind,
        Format = Format,
        Status = Status,
        Progress = Progress,
        From = From,
        To = To,
        Match = Match,
        CreatedAt = CreatedAt,
        CreatedBy = CreatedBy,
        FinishedAt = FinishedAt,
        Size = Size,
        Error = Status == ReportStatus.Done ? null : Error,
    };
}
