using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Bootstrap;
using PerfPlatform.Web.Access.Keys;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Sessions;
using PerfPlatform.Web.Access.SignIn;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access;

/// <summary>Users, sessions, keys, audit and sign-in.</summary>
public static class AccessModule
{
    /// <summary>Adds the services.</summary>
    public static IHostApplicationBuilder AddAccess(this IHostApplicationBuilder builder)
    {
        builder.AddSchema<AccessDbContext>(AccessDbContext.SchemaName);
        var services = builder.Services;
        services.AddMemoryCache();
        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<KeyMint>();
        services.AddSingleton<KeyStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<ISessions>(static provider => provider.GetRequiredService<SessionStore>());
        services.AddSingleton<PasswordTryStore>();
        services.AddSingleton<PasswordQueue>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<CookieEvents>();
        services.AddBackground<KeyPublisher>().AddBackground<AuditLog>().AddBackground<AccessBootstrap>().AddBackground<SignInSweep>();
        services.AddAuthentication().AddCookie(CookieAuthenticationDefaults.AuthenticationScheme, cookie =>
        {
            cookie.Cookie.Name = "perfplatform";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = "/sign-in";
            cookie.ReturnUrlParameter = "returnUrl";
            // When it is over the session knows, which is looked at each time.
            cookie.ExpireTimeSpan = SessionStore.Lifetime;
            cookie.SlidingExpiration = false;
            cookie.EventsType = typeof(CookieEvents);
        });
        services.Configure<PerfPlatformAuthenticationOptions>(options => options.InteractiveScheme = CookieAuthenticationDefaults.AuthenticationScheme);
        // Every replica reads the cookies and forms of the others.
        services.AddDataProtection().SetApplicationName("PerfPlatform");
        services.AddOptions<KeyManagementOptions>().Configure<InstallationSecret>((options, secret) => (options.XmlRepository, options.AutoGenerateKeys) = (new InstallationKeys(secret), false));
        return builder;
    }

    /// <summary>Maps keys, users, sessions, audit, the own account and sign-out.</summary>
    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes) => routes.MapKeys().MapUsers().MapSessions().MapAudit().MapAccount().MapSignOut();
}
