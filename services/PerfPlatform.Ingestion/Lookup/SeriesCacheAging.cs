namespace PerfPlatform.Ingestion.Lookup;

/// <summary>Lets the cache forget series that no longer come.</summary>
internal sealed class SeriesCacheAging(SeriesCache cache, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) cache.Age();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }
}
