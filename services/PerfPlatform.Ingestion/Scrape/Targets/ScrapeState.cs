using System.ComponentModel;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>How a target's last scrape went.</summary>
/// <param name="Up">Whether the page came and could be read.</param>
/// <param name="LastScrape">When it began.</param>
/// <param name="DurationMs">How long the page took to come and be read.</param>
/// <param name="Samples">How many samples the page has.</param>
/// <param name="Error">What went wrong, or null.</param>
/// <param name="ScrapedBy">The instance of intake that scrapes it.</param>
public sealed record ScrapeState(
    bool Up,
    DateTimeOffset LastScrape,
    double DurationMs,
    int Samples,
    [property: Description("Also what of a good page was not stored")] string? Error,
    string ScrapedBy);
