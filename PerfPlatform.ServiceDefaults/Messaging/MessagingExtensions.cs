using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts;

namespace PerfPlatform.ServiceDefaults;

/// <summary>MassTransit as the services use it.</summary>
public static class MessagingExtensions
{
    /// <summary>
    /// The process's one bus: RabbitMQ where <c>ConnectionStrings:rabbitmq</c> names one, else in memory. Called once a process, however many modules.
    /// Start-up does not wait for the broker; the bus connects when it can.
    /// </summary>
    public static IHostApplicationBuilder AddMessaging(this IHostApplicationBuilder builder, params Action<IBusRegistrationConfigurator>[] consumers)
    {
        var broker = builder.Configuration.GetConnectionString(ResourceNames.RabbitMq);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "bus";
                health.MinimalFailureStatus = HealthStatus.Degraded;
            });
            bus.AddConsumer<ApiKeysChangedConsumer>().Endpoint(endpoint =>
            {
                endpoint.Temporary = true;
                endpoint.InstanceId = NewId.NextGuid().ToString("N");
            });
            foreach (var add in consumers) add(bus);
            if (string.IsNullOrEmpty(broker))
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
            else
            {
                builder.Services.AddDeadLetters();
                bus.AddConfigureEndpointsCallback(static (context, _, endpoint) => endpoint.KeepDeadLetters(context));
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(new Uri(broker), host => host.Heartbeat(context.GetRequiredService<IOptions<BrokerOptions>>().Value.Heartbeat));
                    SampleQueues.ConfigurePublish(rabbit, builder.Configuration);
                    rabbit.ConfigureEndpoints(context);
                });
            }
        });
        return builder;
    }

    /// <summary>Lets the process know, and say in <c>/health</c>, when the broker has an alarm: <see cref="BrokerWatch"/>. Nothing where no broker is named.</summary>
    public static IHostApplicationBuilder AddBrokerWatch(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<Broker>();
        if (builder.Services.Any(s => s.ServiceType == typeof(BrokerWatch))) return builder;
        builder.Services.AddBackground<BrokerWatch>();
        if (!string.IsNullOrEmpty(builder.Configuration.GetConnectionString(ResourceNames.RabbitMq))) builder.Services.AddHealthChecks().AddCheck<BrokerHealthCheck>("broker");
        return builder;
    }

    private static void AddDeadLetters(this IServiceCollection services)
    {
        services.AddSingleton<DeadLetterKeeper>();
        services.AddHealthChecks().AddCheck<DeadLetterHealthCheck>("dead-letters");
    }
}
