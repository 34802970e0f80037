using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Adds the default pack once the schema is there, and reads the rules at the start and from time to time.</summary>
public sealed partial class RuleRefresher(
    RuleCatalog catalog, RuleStore store, SchemaReady<AlertingContext> schema, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<RuleRefresher> logger)
    : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        var seeded = !options.Value.DefaultRules;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!seeded)
                {
                    var added = await store.SeedAsync(DefaultRules.Hosts, stoppingToken);
                    if (added > 0) LogSeeded(logger, added);
                    seeded = true;
                }

                await catalog.RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseTrouble.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                LogRetry(logger, e);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }

            await Task.Delay(catalog.Current is null ? TimeSpan.FromSeconds(1) : options.Value.RulesReadEvery, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} rules of the default pack were added")]
    private static partial void LogSeeded(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the rules met an error of ours; those known stay in use")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The default rules must wait for the database")]
    private static partial void LogRetry(ILogger logger, Exception exception);
}
