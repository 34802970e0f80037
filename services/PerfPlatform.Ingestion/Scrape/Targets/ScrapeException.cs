namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A target cannot be scraped now; the message says why. Its series end, and <c>up</c> is 0.</summary>
internal sealed class ScrapeException(string message, Exception? innerException = null) : Exception(message, innerException);
