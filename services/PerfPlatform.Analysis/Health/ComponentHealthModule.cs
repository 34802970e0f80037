using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Health;

/// <summary>The health of components.</summary>
public static class ComponentHealthModule
{
    /// <summary>Registers probes, schedule and history. Needs <c>IMetricQueries</c> for the metric probe.</summary>
    public static IHostApplicationBuilder AddComponentHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddSchema<HealthDbContext>(HealthDbContext.Schema, HealthDbContext.History);
        builder.Services.AddHealthChecks();
        builder.Services.AddHttpClient(HttpProbe.ClientName, client => client.DefaultRequestHeaders.UserAgent.ParseAdd("PerfPlatform-probe"))
            .ConfigurePrimaryHttpMessageHandler(services =>
            {
                var handler = services.GetRequiredService<OutboundConnection>().Handler();
                (handler.AllowAutoRedirect, handler.MaxAutomaticRedirections) = (true, HttpProbe.MostRedirects);
                // A new connection each time: a probe asks whether one can be made.
                handler.PooledConnectionLifetime = TimeSpan.Zero;
                return handler;
            })
            .AddServiceDiscovery();
        builder.Services.AddSingleton<IProbe, HttpProbe>();
        builder.Services.AddSingleton<IProbe, TcpProbe>();
        builder.Services.AddSingleton<IProbe, HeartbeatProbe>();
        builder.Services.AddSingleton<IProbe, MetricProbe>();
        builder.Services.AddSingleton<ISelfProbe, ProcessSelfProbe>();
        builder.Services.AddSingleton<ComponentRegistry>();
        builder.Services.AddSingleton<IComponentHealth>(services => services.GetRequiredService<ComponentRegistry>());
        builder.Services.AddSingleton<ComponentStore>();
        builder.Services.AddSingleton<ComponentChecker>();
        builder.Services.AddHostedService<OwnServices>();
        builder.Services.AddSingleton<HistoryWriter>();
        builder.Services.AddBackground<HistoryWriter>();
        builder.Services.AddBackground<HealthSchedule>();
        return builder;
    }

    /// <summary>Maps the API.</summary>
    public static IEndpointRouteBuilder MapComponentHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapComponentHealthApi();
        return endpoints;
    }
}
