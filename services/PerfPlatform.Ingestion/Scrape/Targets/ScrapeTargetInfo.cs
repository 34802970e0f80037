using System.ComponentModel;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A target as it is shown: without its credentials.</summary>
public sealed record ScrapeTargetInfo
{
    /// <summary>Names it in addresses.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was named.</summary>
    public required ScrapeSource Source { get; init; }

    /// <summary>Its job.</summary>
    public required string Job { get; init; }

    /// <summary>Host and port.</summary>
    public required string Target { get; init; }

    /// <summary>What is asked.</summary>
    public required Uri Url { get; init; }

    /// <summary>How often.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public required TimeSpan Interval { get; init; }

    /// <summary>How long the page may take.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether the page's labels win.</summary>
    public required bool HonorLabels { get; init; }

    /// <summary>The labels that every series gets.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>Whether it is asked with credentials.</summary>
    public required bool HasCredentials { get; init; }

    /// <summary>The most samples of a page.</summary>
    public required int MaxSamples { get; init; }

    /// <summary>The largest page.</summary>
    public required int MaxBodyBytes { get; init; }

    /// <summary>How the last scrape went.</summary>
    [Description("null until the first scrape")]
    public ScrapeState? State { get; init; }

    internal static ScrapeTargetInfo Of(ScrapeTarget target, ScrapeState? state) => new()
    {
        Id = target.Id,
        Source = target.Source,
        Job = target.Job,
        Target = target.Address,
        Url = target.Url,
        Interval = target.Interval,
        Timeout = target.Timeout,
        HonorLabels = target.HonorLabels,
        Labels = target.Labels,
        HasCredentials = target.Authorization is not null,
        MaxSamples = target.MaxSamples,
        MaxBodyBytes = target.MaxBodyBytes,
        State = state,
    };
}
