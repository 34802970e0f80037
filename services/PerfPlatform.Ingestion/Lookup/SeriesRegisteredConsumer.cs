using MassTransit;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>Brings the registry's ids to the cache, so that known series travel without their labels.</summary>
internal sealed class SeriesRegisteredConsumer(SeriesCache cache) : IConsumer<SeriesRegistered>
{
    public Task Consume(ConsumeContext<SeriesRegistered> context)
    {
        cache.Register(context.Message.Epoch, context.Message.Fingerprints, context.Message.Ids);
        return Task.CompletedTask;
    }
}
