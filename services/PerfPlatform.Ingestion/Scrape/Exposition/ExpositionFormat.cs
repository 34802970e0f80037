namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>How a page of metrics is written.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text format, 0.0.4 and 1.0.0: times in milliseconds, ends where the body ends.</summary>
    Text,

    /// <summary>OpenMetrics 1.0: times in seconds, exemplars, and <c># EOF</c> at the end.</summary>
    OpenMetrics,
}
