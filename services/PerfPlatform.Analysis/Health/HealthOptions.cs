using System.ComponentModel.DataAnnotations;

namespace PerfPlatform.Analysis.Health;

/// <summary>Settings of the section <c>Analysis:Health</c>.</summary>
public sealed record HealthOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Analysis:Health";

    /// <summary>How many checks run at once.</summary>
    [Range(1, 256, ErrorMessage = "Analysis:Health:Concurrency is from 1 to 256.")]
    public int Concurrency { get; init; } = 16;

    /// <summary>How often PerfPlatform checks itself.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Analysis:Health:SelfInterval is from 00:00:01 to 01:00:00.")]
    public TimeSpan SelfInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often what was found is written to the database.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Analysis:Health:WriteInterval is from 00:00:01 to 00:10:00.")]
    public TimeSpan WriteInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the history is kept.</summary>
    [Range(typeof(TimeSpan), "30.00:00:00", "4000.00:00:00", ErrorMessage = "Analysis:Health:Retention is from 30 to 4000 days.")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(396);

    /// <summary>Services of PerfPlatform that run elsewhere: name and address of their health endpoint. Those that service discovery knows need not be named.</summary>
    public IReadOnlyDictionary<string, Uri> Services { get; init; } = new Dictionary<string, Uri>();
}
