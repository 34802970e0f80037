using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Proxy;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

/// <summary>A service with the typed clients and the proxy, as Web is one.</summary>
internal sealed class CallingService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CallingService(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", app.Services.GetRequiredService<ServiceTokens>().Issue("test", Scopes.All));
    }

    /// <summary>Its own address, signed in.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts one that knows these addresses, as Aspire tells them.</summary>
    public static async Task<CallingService> StartAsync(string service, string[] addresses, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(ProxyModule).Assembly.GetName().Name });
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:redis"] = "127.0.0.1:1";
        builder.Configuration[InstallationSecret.Setting] = InstallationSecret.Generate();
        for (var i = 0; i < addresses.Length; i++) builder.Configuration[$"services:{service}:http:{i}"] = addresses[i];
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddServiceClients();
        builder.AddProxy();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapProxy();
        await app.StartAsync();
        return new CallingService(app);
    }

    /// <summary>A typed client.</summary>
    public T Client<T>() where T : class => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
