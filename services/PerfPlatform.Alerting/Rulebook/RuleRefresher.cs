using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Reads the rules once the schema is there and from time to time, on every replica: who takes over knows them.</summary>
public sealed partial class RuleRefresher(
    RuleCatalog catalog, SchemaReady<AlertingContext> schema, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<RuleRefresher> logger)
    : BackgroundService
{
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

            await Task.Delay(catalog.Current is null ? TimeSpan.FromSeconds(1) : options.Value.RulesReadEvery, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the rules met an error of ours; those known stay in use")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
