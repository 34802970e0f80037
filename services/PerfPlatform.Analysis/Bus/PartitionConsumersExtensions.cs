using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>Registration of the queues.</summary>
public static class PartitionConsumersExtensions
{
    /// <summary>Takes samples from the broker: for the process of Analysis, not where intake is in the same process.</summary>
    public static IHostApplicationBuilder AddPartitionConsumers(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IPartitionFeed, PartitionConsumers>();
        builder.Services.Configure<BrokerOptions>(options => options.Heartbeat = BrokerOptions.TakeOverHeartbeat);
        return builder;
    }
}
