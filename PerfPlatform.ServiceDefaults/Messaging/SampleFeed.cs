using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts;
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

    /// <summary>A queue that outlives the processes (Alerting), consumed where their work is done: <see cref="DurableSampleFeed"/>. Nothing where no broker is named.</summary>
    public static IHostApplicationBuilder AddDurableSampleFeed(this IHostApplicationBuilder builder, string name)
    {
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(ResourceNames.RabbitMq))) return builder;
        builder.Services.Configure<BrokerOptions>(options => options.Heartbeat = BrokerOptions.TakeOverHeartbeat);
        // The bus knows of services that know of this.
        builder.Services.AddSingleton(services => new DurableSampleFeed(name, services, services.GetRequiredService<IReceiveEndpointConnector>));
        return builder;
    }

    /// <summary>A queue of this process alone, there only while somebody wants samples (live feeds): <see cref="LiveSampleFeed"/>. Nothing where no broker is named.</summary>
    public static IHostApplicationBuilder AddLiveSampleFeed(this IHostApplicationBuilder builder, string name)
    {
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(ResourceNames.RabbitMq))) return builder;
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<LiveSampleFeed>(services, name));
        return builder;
    }

    internal static string Queue(string name) => "perfplatform.feed." + name;

    internal static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, IServiceProvider services, bool durable)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.Durable = durable;
        endpoint.AutoDelete = !durable;
        endpoint.PrefetchCount = 64;
        endpoint.KeepDeadLetters(services);
        endpoint.SetQueueArgument("x-max-length-bytes", MaxBytes);
        endpoint.SetQueueArgument("x-overflow", "drop-head");
        endpoint.Bind(SampleQueues.Exchange, bind =>
        {
            bind.ExchangeType = "topic";
            bind.RoutingKey = "#";
        });
        var listeners = services.GetServices<ISampleListener>().ToArray();
        endpoint.Handler<SamplesIngested>(message =>
        {
            var traces = SampleTrace.Read(message);
            foreach (var bytes in message.Message.Batches)
            {
                var batch = SampleBatchCodec.Decode(bytes);
                foreach (var listener in listeners) listener.OnSamples(batch, traces.Count > 0 ? traces[0] : default);
            }

            return Task.CompletedTask;
        });
    }
}
