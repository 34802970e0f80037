using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Brings the samples of the bus to the <see cref="ISampleListener"/>s of a process that does not hold the store.
/// Bounded, and the oldest are dropped when full: listeners catch up through the query API.
/// </summary>
public static class SampleFeed
{
    private const int MaxBytes = 64 << 20;

    /// <summary>A queue that outlives the process (Alerting).</summary>
    public static IHostApplicationBuilder AddDurableSampleFeed(this IHostApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton<IBrokerEndpoints>(new Endpoints(name, Durable: true));
        return builder;
    }

    /// <summary>A queue of this process alone, gone with it (live feeds).</summary>
    public static IHostApplicationBuilder AddLiveSampleFeed(this IHostApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton<IBrokerEndpoints>(new Endpoints($"{name}.{NewId.NextGuid():N}", Durable: false));
        return builder;
    }

    private sealed record Endpoints(string Name, bool Durable) : IBrokerEndpoints
    {
        public void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus) =>
            bus.ReceiveEndpoint($"perfplatform.feed.{Name}", endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.Durable = Durable;
                endpoint.AutoDelete = !Durable;
                endpoint.PrefetchCount = 64;
                endpoint.SetQueueArgument("x-max-length-bytes", MaxBytes);
                endpoint.SetQueueArgument("x-overflow", "drop-head");
                endpoint.DiscardFaultedMessages();
                endpoint.Bind(SampleQueues.Exchange, bind =>
                {
                    bind.ExchangeType = "topic";
                    bind.RoutingKey = "#";
                });
                var listeners = context.GetServices<ISampleListener>().ToArray();
                endpoint.Handler<SamplesIngested>(message =>
                {
                    foreach (var bytes in message.Message.Batches)
                    {
                        var batch = SampleBatchCodec.Decode(bytes);
                        foreach (var listener in listeners) listener.OnSamples(batch);
                    }

                    return Task.CompletedTask;
                });
            });
    }
}
