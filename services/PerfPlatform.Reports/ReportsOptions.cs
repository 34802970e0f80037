using System.ComponentModel.DataAnnotations;

namespace PerfPlatform.Reports;

/// <summary>Settings of the section <c>Reports</c>.</summary>
public sealed record ReportsOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Reports";

    /// <summary>How many reports are made at once.</summary>
    [Range(1, 32, ErrorMessage = "Reports:Workers is from 1 to 32.")]
    public int Workers { get; init; } = 2;

    /// <summary>How many reports may wait.</summary>
    [Range(1, 10_000, ErrorMessage = "Reports:MaxQueued is from 1 to 10000.")]
    public int MaxQueued { get; init; } = 100;

    /// <summary>How many reports are kept; the oldest go first.</summary>
    [Range(1, 100_000, ErrorMessage = "Reports:MaxReports is from 1 to 100000.")]
    public int MaxReports { get; init; } = 500;

    /// <summary>How long reports are kept.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "4000.00:00:00", ErrorMessage = "Reports:MaxAge is from a minute to 4000 days.")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The largest file, in bytes.</summary>
    [Range(1000, 256 * 1024 * 1024, ErrorMessage = "Reports:MaxFileBytes is from 1000 to 268435456.")]
    public int MaxFileBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long a report that shows no progress counts as being made; then another worker takes it.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00", ErrorMessage = "Reports:Lease is from 00:00:05 to 01:00:00.")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often reports without a worker are looked for, and old ones removed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Reports:SweepInterval is from 00:00:01 to 01:00:00.")]
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(15);
}
