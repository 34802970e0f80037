using MassTransit;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access;
using PerfPlatform.Web.Components;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Hosts;
using PerfPlatform.Web.Live;
using PerfPlatform.Web.Metrics;

namespace PerfPlatform.Web;

/// <summary>The pages, the live feed, users and keys.</summary>
public static class WebModule
{
    /// <summary>Adds the services.</summary>
    public static IHostApplicationBuilder AddWeb(this IHostApplicationBuilder builder)
    {
        builder.AddServiceClients();
        builder.AddAccess();
        builder.AddLive();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.Configure<PageOptions>(pages => pages.Problem = "/problem");
        builder.Services.AddSingleton<HostDirectory>();
        builder.Services.AddSingleton<MetricUnits>();
        builder.Services.AddScoped<ApiClient>();
        // Out of the build folder the assets are found by their manifest, in every environment; a published program has them beside it.
        if (builder is WebApplicationBuilder web) web.WebHost.UseStaticWebAssets();
        // As the build made them, compressed and fingerprinted; only who works on the pages has files read anew, which says of plain bytes that they are gzip.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= builder.Environment.IsDevelopment() ? "true" : "false";
        return builder;
    }

    /// <summary>Adds the consumers of bus messages: none, alerts and samples reach the pages by other ways.</summary>
    public static void AddWebConsumers(IBusRegistrationConfigurator bus) => ArgumentNullException.ThrowIfNull(bus);

    /// <summary>Maps pages, hub and endpoints.</summary>
    public static IEndpointRouteBuilder MapWeb(this IEndpointRouteBuilder routes)
    {
        routes.MapAccess();
        routes.MapLive();
        routes.MapStaticAssets().AllowAnonymous();
        routes.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return routes;
    }
}
