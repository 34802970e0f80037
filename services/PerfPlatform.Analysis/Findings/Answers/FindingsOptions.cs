using System.ComponentModel.DataAnnotations;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>Settings of the section <c>Analysis:Findings</c>.</summary>
public sealed record FindingsOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Analysis:Findings";

    /// <summary>How often bottlenecks and scores are computed and kept.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00", ErrorMessage = "Analysis:Findings:Interval is from 00:00:05 to 01:00:00.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the trends of what fills up (memory, filesystems, swap) over the last hour are computed and kept.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00", ErrorMessage = "Analysis:Findings:TrendInterval is from 00:00:05 to 1.00:00:00.")]
    public TimeSpan TrendInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long findings are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "4000.00:00:00", ErrorMessage = "Analysis:Findings:Retention is from 1 to 4000 days.")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(396);
}
