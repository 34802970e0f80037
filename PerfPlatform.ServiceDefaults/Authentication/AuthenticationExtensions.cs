using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PerfPlatform.ServiceDefaults;

internal static class AuthenticationExtensions
{
    public const string DefaultScheme = "PerfPlatform";

    public static void AddPlatformAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => InstallationSecret.From(builder.Configuration));
        builder.Services.AddSingleton<ServiceTokens>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddBackground<KeyRing>().AddBackground<BegunRequests>();
        builder.Services.AddHealthChecks().AddCheck<KeysHealthCheck>("keys", tags: [ServiceDefaultsExtensions.ReadyTag]);
        builder.Services.AddOptions<PerfPlatformAuthenticationOptions>();
        builder.Services.AddAuthentication(DefaultScheme)
            .AddPolicyScheme(DefaultScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
                ApiKeyAuthenticationHandler.Credential(context.Request) is not null
                    ? ApiKeyAuthenticationHandler.SchemeName
                    : context.RequestServices.GetRequiredService<IOptions<PerfPlatformAuthenticationOptions>>().Value.InteractiveScheme ?? ApiKeyAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null);
        builder.Services.AddAuthorization(ScopePolicies.Add);
    }
}
