using MassTransit;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.ServiceDefaults;

internal sealed class ApiKeysChangedConsumer(KeyRing keys) : IConsumer<ApiKeysChanged>
{
    public Task Consume(ConsumeContext<ApiKeysChanged> context) => keys.RefreshAsync(force: true, context.CancellationToken);
}
