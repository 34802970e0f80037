using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Analysis.Hosts;

/// <summary>Hosts and how they do.</summary>
public static class HostsModule
{
    /// <summary>Registers what answers for hosts. Needs <c>IMetricQueries</c>.</summary>
    public static IHostApplicationBuilder AddHosts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HostSignalReader>();
        builder.Services.AddSingleton<IHosts, HostStates>();
        return builder;
    }

    /// <summary>Maps the API.</summary>
    public static IEndpointRouteBuilder MapHosts(this IEndpointRouteBuilder routes)
    {
        routes.MapHostsApi();
        return routes;
    }
}
