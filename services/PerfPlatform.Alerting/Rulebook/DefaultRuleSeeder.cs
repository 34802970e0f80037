using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Leading;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Adds the default pack, where that was not done.</summary>
public sealed partial class DefaultRuleSeeder(RuleStore store, RuleCatalog catalog, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<DefaultRuleSeeder> logger) : ILeaderWork
{
    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        if (!options.Value.DefaultRules) return;
        while (!await TrySeedAsync(stop)) await Task.Delay(TimeSpan.FromSeconds(1), clock, stop);
    }

    private async Task<bool> TrySeedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var added = await store.SeedAsync(DefaultRules.Hosts, cancellationToken);
            if (added == 0) return true;
            LogSeeded(logger, added);
            await catalog.RefreshAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (DatabaseTrouble.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            LogRetry(logger, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} rules of the default pack were added")]
    private static partial void LogSeeded(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The default rules must wait for the database")]
    private static partial void LogRetry(ILogger logger, Exception exception);
}
