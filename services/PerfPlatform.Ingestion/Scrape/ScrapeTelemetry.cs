using System.Diagnostics.Metrics;

namespace PerfPlatform.Ingestion.Scrape;

/// <summary>What scraping tells of itself.</summary>
internal static class ScrapeTelemetry
{
    private static readonly Meter Meter = new(IngestionTelemetry.Name);

    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("perfplatform.ingestion.scrape.failures", "{scrape}", "Scrapes of targets that were down");

    public static readonly Counter<long> Missed = Meter.CreateCounter<long>("perfplatform.ingestion.scrape.missed", "{scrape}", "Scrapes whose samples could not be stored for a reason of the platform's own");
}
