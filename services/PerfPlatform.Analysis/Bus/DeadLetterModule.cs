using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>What the broker's queues have to say, and the dead letters.</summary>
public static class DeadLetterModule
{
    /// <summary>Watches the broker and its queues where there is one.</summary>
    public static IHostApplicationBuilder AddDeadLetters(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddBrokerWatch();
        builder.Services.AddSingleton<PartitionProgress>();
        builder.Services.AddSingleton<DeadLetterBox>();
        builder.Services.AddBackground<QueueWatch>();
        if (!string.IsNullOrEmpty(builder.Configuration.GetConnectionString(ResourceNames.RabbitMq))) builder.Services.AddHealthChecks().AddCheck<QueuesHealthCheck>("queues");
        return builder;
    }

    /// <summary>Maps the API.</summary>
    public static IEndpointRouteBuilder MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        routes.MapDeadLetterApi();
        return routes;
    }
}
