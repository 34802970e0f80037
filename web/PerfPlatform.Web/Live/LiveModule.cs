using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.Live;

/// <summary>The live feed.</summary>
internal static class LiveModule
{
    public static IHostApplicationBuilder AddLive(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSignalR().AddJsonProtocol(json => PerfPlatformJson.Configure(json.PayloadSerializerOptions));
        builder.Services.AddSingleton<LiveRouter>();
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddSingleton<ISampleListener>(static services => services.GetRequiredService<LiveFeed>());
        builder.Services.AddBackground<LiveFeed>();
        return builder;
    }

    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapHub<LiveHub>("/hub/live", hub => hub.CloseOnAuthenticationExpiration = true).RequireScope(Scopes.Read);
        return routes;
    }
}
