namespace PerfPlatform.Ingestion.Scrape;

/// <summary>Targets of the settings that are scraped alike.</summary>
public sealed record ScrapeJob
{
    /// <summary>The label <c>job</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hosts and ports.</summary>
    public IList<string> Targets { get; init; } = [];

    /// <summary>http or https.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>The page's path, which may have a query.</summary>
    public string Path { get; init; } = "/metrics";

    /// <summary>How often.</summary>
    public TimeSpan Interval { get; init; } = ScrapeOptions.DefaultInterval;

    /// <summary>How long to wait for a page.</summary>
    public TimeSpan Timeout { get; init; } = ScrapeOptions.DefaultTimeout;

    /// <summary>Whether the page's labels win over those of the target.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>Labels of every series.</summary>
    public IDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>A bearer token, or null.</summary>
    public string? BearerToken { get; init; }

    /// <summary>The user of basic authentication, or null.</summary>
    public string? Username { get; init; }

    /// <summary>The password of basic authentication, or null.</summary>
    public string? Password { get; init; }

    /// <summary>The most samples of a page.</summary>
    public int MaxSamples { get; init; } = ScrapeOptions.DefaultMaxSamples;

    /// <summary>The largest page, decompressed.</summary>
    public int MaxBodyBytes { get; init; } = ScrapeOptions.DefaultMaxBodyBytes;

    /// <summary>Without its credentials.</summary>
    public override string ToString() => Name;
}
