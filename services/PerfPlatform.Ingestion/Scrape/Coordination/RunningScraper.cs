using PerfPlatform.Ingestion.Scrape.Targets;

namespace PerfPlatform.Ingestion.Scrape.Coordination;

/// <summary>A scraper and the task in which it runs.</summary>
internal sealed class RunningScraper : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private RunningScraper(TargetScraper scraper)
    {
        Scraper = scraper;
        _run = scraper.RunAsync(_stop.Token);
    }

    public TargetScraper Scraper { get; }

    public static RunningScraper Start(TargetScraper scraper) => new(scraper);

    /// <summary>Stops it and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }
}
