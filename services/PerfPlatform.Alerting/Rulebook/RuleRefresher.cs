using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Reads the rules once the schema is there and from time to time, on every replica: who takes over knows them.</summary>
public sealed partial class RuleRefresher(
    RuleCatalog catalog, ThresholdCache thresholds, SchemaReady<AlertingContext> schema, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<RuleRefresher> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    private bool IsWhole => catalog.Current is not null && catalog.IsDatabaseAvailable && thresholds.IsAvailable;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await catalog.RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }

            // What is away meanwhile is asked again soon: health says that it is away until it answers.
            var read = clock.GetTimestamp();
            do
            {
                await Task.Delay(s_soon, clock, stoppingToken);
            }
            while (IsWhole && clock.GetElapsedTime(read) < options.Value.RulesReadEvery);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the rules met an error of ours; those known stay in use")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
