using MassTransit;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Another instance changed rules: read them again.</summary>
public sealed class AlertRulesChangedConsumer(RuleCatalog catalog) : IConsumer<AlertRulesChanged>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<AlertRulesChanged> context) => catalog.RefreshAsync(context.CancellationToken);
}
