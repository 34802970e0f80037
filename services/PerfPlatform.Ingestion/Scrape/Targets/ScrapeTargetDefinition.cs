using System.ComponentModel;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>What to scrape, as the API takes it.</summary>
public sealed record ScrapeTargetDefinition
{
    /// <summary>The job that the target belongs to.</summary>
    [Description("The label job, for example node")]
    public required string Job { get; init; }

    /// <summary>Host and port.</summary>
    [Description("Host and port, for example web-1:9100; the label instance unless labels say another")]
    public required string Target { get; init; }

    /// <summary>http or https.</summary>
    [Description("http (default) or https")]
    public string Scheme { get; init; } = "http";

    /// <summary>The page's path.</summary>
    [Description("/metrics by default; may have a query")]
    public string Path { get; init; } = "/metrics";

    /// <summary>How often.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan Interval { get; init; } = ScrapeOptions.DefaultInterval;

    /// <summary>How long to wait for the page.</summary>
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan Timeout { get; init; } = ScrapeOptions.DefaultTimeout;

    /// <summary>Whose labels win where both name one.</summary>
    [Description("true: the page's labels win over job, instance and labels; false (default): the page's are renamed exported_<name>")]
    public bool HonorLabels { get; init; }

    /// <summary>Labels of every series.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>A bearer token.</summary>
    [Description("Never shown. In a PUT: null keeps what is stored, an empty text removes it")]
    public string? BearerToken { get; init; }

    /// <summary>The user of basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>The password of basic authentication.</summary>
    [Description("Never shown. In a PUT with the same username null keeps what is stored")]
    public string? Password { get; init; }

    /// <summary>The most samples of a page.</summary>
    [Description("A page with more is refused as a whole")]
    public int MaxSamples { get; init; } = ScrapeOptions.DefaultMaxSamples;

    /// <summary>The largest page, decompressed.</summary>
    public int MaxBodyBytes { get; init; } = ScrapeOptions.DefaultMaxBodyBytes;

    /// <summary>Without its credentials, so that it may be logged.</summary>
    public override string ToString() => $"{Job} {Scheme}://{Target}{Path}";

    /// <summary>The targets of a job of the settings.</summary>
    internal static IEnumerable<ScrapeTargetDefinition> Of(ScrapeJob job) => job.Targets.Select(target => new ScrapeTargetDefinition
    {
        Job = job.Name,
        Target = target,
        Scheme = job.Scheme,
        Path = job.Path,
        Interval = job.Interval,
        Timeout = job.Timeout,
        HonorLabels = job.HonorLabels,
        Labels = job.Labels.ToDictionary(),
        BearerToken = job.BearerToken,
        Username = job.Username,
        Password = job.Password,
        MaxSamples = job.MaxSamples,
        MaxBodyBytes = job.MaxBodyBytes,
    });
}
