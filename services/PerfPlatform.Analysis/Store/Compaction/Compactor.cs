using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>Merges the small segments of hours that are over into one for each series and hour and writes their roll-ups, in small transactions, and gives the space back.</summary>
internal sealed partial class Compactor : BackgroundService
{
    private readonly SchemaReady<MetricsContext> _schema;
    private readonly SeriesRegistry _registry;
    private readonly CompactionBacklog _backlog;
    private readonly CompactionWork _work;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<Compactor> _logger;

    public Compactor(
        SchemaReady<MetricsContext> schema, SeriesRegistry registry, CompactionBacklog backlog, CompactionWork work, StoreTelemetry telemetry, IOptions<StoreOptions> options,
        TimeProvider clock, ILogger<Compactor> logger)
    {
        (_schema, _registry, _backlog, _work, _options, _clock, _logger) = (schema, registry, backlog, work, options.Value, clock, logger);
        telemetry.ObserveCompaction(() => HoursBehind);
    }

    /// <summary>How many hours are due and hold several segments of a series.</summary>
    public int HoursBehind => _backlog.Behind(_clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Why the last round failed, or null.</summary>
    public string? Trouble { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _schema.WaitAsync(stoppingToken);
            await _registry.WaitAsync(stoppingToken);
            while (true)
            {
                await Task.Delay(_options.CompactionInterval, _clock, stoppingToken);
                try
                {
                    await _work.RunAsync(stoppingToken);
                    Trouble = null;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // What was not committed is as it was; the hour stays in the backlog.
                    Trouble = ServerTrouble.Reason(e);
                    LogFailed(_logger, Trouble);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segments could not be merged; it is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
