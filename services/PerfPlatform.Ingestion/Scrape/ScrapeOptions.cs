namespace PerfPlatform.Ingestion.Scrape;

/// <summary>What intake fetches itself (section <c>Ingestion:Scrape</c>).</summary>
public sealed record ScrapeOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Ingestion:Scrape";

    /// <summary>The most samples of a page, unless the target says otherwise.</summary>
    public const int DefaultMaxSamples = 100_000;

    /// <summary>The largest page, unless the target says otherwise.</summary>
    public const int DefaultMaxBodyBytes = 16 << 20;

    /// <summary>How often, unless the target says otherwise.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait, unless the target says otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Targets named in the settings. Bounded by <see cref="MaxTargets"/>.</summary>
    public IList<ScrapeJob> Jobs { get; init; } = [];

    /// <summary>The most targets, those of the settings and of the API together.</summary>
    public int MaxTargets { get; init; } = 10_000;

    /// <summary>The most pages that are fetched at a time.</summary>
    public int MaxConcurrent { get; init; } = 100;

    /// <summary>
    /// How often instances of intake look who of them scrapes what, and for new targets. One that was not heard of for three times as long lives no more: the others have its targets before
    /// a fourth is over.
    /// </summary>
    public TimeSpan CoordinationInterval { get; init; } = TimeSpan.FromSeconds(2);
}
