using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Scraping;

/// <summary>What the page shows of a target of <c>/api/v1/scrape/targets</c>.</summary>
/// <param name="Id">Names it in addresses.</param>
/// <param name="Source"><c>api</c>, or <c>configuration</c> for one that only the settings change.</param>
/// <param name="Job">Its job.</param>
/// <param name="Target">Host and port.</param>
/// <param name="Interval">How often it is scraped.</param>
/// <param name="State">How the last scrape went; null before the first.</param>
public sealed record ScrapeTarget(
    string Id, string Source, string Job, string Target, [property: JsonConverter(typeof(DurationJsonConverter))] TimeSpan Interval, ScrapeOutcome? State);

/// <summary>How a scrape went.</summary>
/// <param name="Up">Whether the page was read.</param>
/// <param name="LastScrape">When.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Samples">How many samples it gave.</param>
/// <param name="Error">What went wrong, or null.</param>
public sealed record ScrapeOutcome(bool Up, DateTimeOffset LastScrape, double DurationMs, int Samples, string? Error);

/// <summary>A target to add.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Target">Host and port.</param>
/// <param name="Scheme">http or https.</param>
/// <param name="Path">The page's path.</param>
/// <param name="Interval">How often.</param>
public sealed record NewScrapeTarget(string Job, string Target, string Scheme, string Path, string Interval);
