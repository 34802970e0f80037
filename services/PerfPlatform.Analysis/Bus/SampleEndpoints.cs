using MassTransit;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>The receive endpoints of Analysis: one durable queue a partition, declared exactly as intake declares it.</summary>
internal sealed class SampleEndpoints(IConfiguration configuration) : IBrokerEndpoints
{
    // Messages that may wait for one group commit; a message holds at most 256 kB.
    private const ushort Prefetch = 32;

    public void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        for (var partition = 0; partition < SampleQueues.Partitions(configuration); partition++)
        {
            bus.ReceiveEndpoint(SampleQueues.Queue(partition), endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.PrefetchCount = Prefetch;
                endpoint.ConcurrentMessageLimit = Prefetch;
                foreach (var (name, value) in SampleQueues.QueueArguments(configuration)) endpoint.SetQueueArgument(name, value);
                endpoint.Consumer(typeof(SamplesIngestedConsumer), _ => ActivatorUtilities.CreateInstance<SamplesIngestedConsumer>(context));
            });
        }
    }
}
