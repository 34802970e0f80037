using PerfPlatform.Contracts.Reports;

namespace PerfPlatform.Reports.Schedules;

/// <summary>Who gets a report that a schedule made.</summary>
public sealed record ReportRecipient
{
    /// <summary><c>webhook</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>webhook: where the message is posted.</summary>
    public Uri? Url { get; init; }

    /// <summary>webhook: signs the message; taken, never shown.</summary>
    public string? Secret { get; init; }
}

/// <summary>A schedule of reports (body of POST and PUT).</summary>
public sealed record ScheduleDefinition
{
    /// <summary>What a person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Five fields of cron, for example <c>0 7 * * 1</c> for Mondays at seven.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA time zone that the cron fields mean; default UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The report; relative times count from each run.</summary>
    public required ReportRequest Report { get; init; }

    /// <summary>Who gets it.</summary>
    public IReadOnlyList<ReportRecipient> Recipients { get; init; } = [];

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>A schedule as the API shows it; secrets of recipients are left out.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What a person calls it.</param>
/// <param name="Cron">When.</param>
/// <param name="TimeZone">In which time zone.</param>
/// <param name="Report">What.</param>
/// <param name="Recipients">For whom.</param>
/// <param name="Enabled">Whether it runs.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="NextRunAt">When it runs next; null when it does not.</param>
/// <param name="LastRunAt">When it ran last.</param>
/// <param name="LastReportId">The report of that run.</param>
/// <param name="LastError">Why that run or its delivery failed.</param>
public sealed record ReportSchedule(
    string Id, string Name, string Cron, string TimeZone, ReportRequest Report, IReadOnlyList<ReportRecipient> Recipients, bool Enabled,
    DateTimeOffset CreatedAt, string? CreatedBy, DateTimeOffset? NextRunAt, DateTimeOffset? LastRunAt, string? LastReportId, string? LastError);
