using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Scrape.Exposition;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A page as it came, decompressed. Its bytes are valid until it is disposed.</summary>
internal sealed record ScrapePage(IntakeBody Body, ExpositionFormat Format) : IDisposable
{
    public void Dispose() => Body.Dispose();
}
