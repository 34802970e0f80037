namespace PerfPlatform.Reports.Database;

/// <summary>A schedule as it is stored.</summary>
public sealed class ScheduleRow
{
    /// <summary>A version 7 UUID in hexadecimal.</summary>
    public required string Id { get; set; }

    /// <summary>The definition as JSON, secrets of recipients included.</summary>
    public required string Definition { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>When it last ran.</summary>
    public DateTimeOffset? LastRunAt { get; set; }

    /// <summary>The report of that run.</summary>
    public string? LastReportId { get; set; }

    /// <summary>Why that run or its delivery failed, or null.</summary>
    public string? LastError { get; set; }
}
