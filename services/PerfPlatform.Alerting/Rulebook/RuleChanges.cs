using MassTransit;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Makes a change of a rule known: the cache in Redis, this process, every other one.</summary>
public sealed partial class RuleChanges(ThresholdCache cache, RuleCatalog catalog, IBus bus, ILogger<RuleChanges> logger)
{
    /// <summary>After a rule was added or changed.</summary>
    public async Task ChangedAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        await cache.WriteAsync([rule]);
        await AnnounceAsync(rule.Id, cancellationToken);
    }

    /// <summary>After a rule was removed.</summary>
    public async Task RemovedAsync(string id, CancellationToken cancellationToken)
    {
        await cache.RemoveAsync([id]);
        await AnnounceAsync(id, cancellationToken);
    }

    private async Task AnnounceAsync(string id, CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            await bus.Publish(new AlertRulesChanged { RuleId = id }, patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The change is kept; others find it when they read again.
            LogUnannounced(logger, id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The change of rule {RuleId} could not be announced on the bus; others read it within a minute: {Reason}")]
    private static partial void LogUnannounced(ILogger logger, string ruleId, string reason);
}
