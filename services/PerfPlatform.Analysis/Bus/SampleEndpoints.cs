using MassTransit;
using MassTransit.Middleware;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>The receive endpoints of Analysis where intake is in other processes: one durable queue a partition, declared exactly as intake declares it.</summary>
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
                endpoint.ConfigureError(error =>
                {
                    error.UseFilter(new HeldMessageFilter());
                    error.UseFilter(new GenerateFaultFilter());
                    error.UseFilter(new ErrorTransportFilter());
                });
                endpoint.Consumer(() => ActivatorUtilities.CreateInstance<SamplesIngestedConsumer>(context));
            });
        }
    }
}

/// <summary>Registration of the queues.</summary>
public static class SampleEndpointsExtensions
{
    /// <summary>Takes samples from the broker: for the process of Analysis, not where intake is in the same process.</summary>
    public static IHostApplicationBuilder AddSampleEndpoints(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IBrokerEndpoints, SampleEndpoints>();
        return builder;
    }
}
