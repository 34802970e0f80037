using Microsoft.Extensions.Options;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>What all scrapers of the process share.</summary>
internal sealed class ScrapeTools(
    ScrapeClient client, IntakePipeline pipeline, KeyQuotas quotas, TimeProvider clock, IOptions<ScrapeOptions> options, ILogger<TargetScraper> logger) : IDisposable
{
    public ScrapeClient Client => client;

    public IntakePipeline Pipeline => pipeline;

    public KeyQuotas Quotas => quotas;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;

    public CreatedTimes Created { get; } = new();

    /// <summary>Bounds how many pages are fetched at a time.</summary>
    public SemaphoreSlim Turns { get; } = new(options.Value.MaxConcurrent, options.Value.MaxConcurrent);

    /// <summary>Names this process among the instances of intake.</summary>
    public string Instance { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Unix milliseconds.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Dispose() => Turns.Dispose();
}
