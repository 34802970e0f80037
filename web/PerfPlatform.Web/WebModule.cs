using MassTransit;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access;

namespace PerfPlatform.Web;

/// <summary>The pages, the live feed, users and keys.</summary>
public static class WebModule
{
    /// <summary>Adds the services.</summary>
    public static IHostApplicationBuilder AddWeb(this IHostApplicationBuilder builder)
    {
        builder.AddServiceClients();
        builder.AddAccess();
        return builder;
    }

    /// <summary>Adds the consumers of bus messages.</summary>
    public static void AddWebConsumers(IBusRegistrationConfigurator bus) => ArgumentNullException.ThrowIfNull(bus);

    /// <summary>Maps pages, hub and endpoints.</summary>
    public static IEndpointRouteBuilder MapWeb(this IEndpointRouteBuilder routes)
    {
        routes.MapAccess();
        return routes;
    }
}
