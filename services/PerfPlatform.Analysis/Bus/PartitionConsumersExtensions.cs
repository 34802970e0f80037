using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>Registration of the queues.</summary>
public static class PartitionConsumersExtensions
{
    // The broker takes a consumer for gone after two to three of them: a process that stands still keeps the next one waiting for so long.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    /// <summary>Takes samples from the broker: for the process of Analysis, not where intake is in the same process.</summary>
    public static IHostApplicationBuilder AddPartitionConsumers(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IPartitionFeed, PartitionConsumers>();
        builder.Services.Configure<BrokerOptions>(options => options.Heartbeat = Heartbeat);
        return builder;
    }
}
