using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A target with everything decided: what is scraped, how often, and the labels that its series get. Equal when nothing changed.</summary>
internal sealed record ScrapeTarget
{
    public required string Id { get; init; }

    public required ScrapeSource Source { get; init; }

    public required string Job { get; init; }

    /// <summary>Host and port as they were given.</summary>
    public required string Address { get; init; }

    public required Uri Url { get; init; }

    public required TimeSpan Interval { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required bool HonorLabels { get; init; }

    /// <summary>The labels of every series: <c>job</c>, <c>instance</c> and those that were given.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>The header <c>Authorization</c>; never told to anyone but the target.</summary>
    public string? Authorization { get; init; }

    public required int MaxSamples { get; init; }

    public required int MaxBodyBytes { get; init; }

    // The record's own would write the credentials.
    public override string ToString() => $"{Job} {Url}";
}
