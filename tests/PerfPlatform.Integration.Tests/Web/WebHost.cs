using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using PerfPlatform.Web;
using PerfPlatform.Web.Access.Bootstrap;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>Web as its own process would run it, on real PostgreSQL and Redis and a free port; what other services answer can be put in its place.</summary>
internal sealed partial class WebHost : IAsyncDisposable
{
    public const string Password = "a-good-password-1";

    private readonly WebApplication _app;
    private readonly TestDatabase? _database;

    private WebHost(WebApplication app, TestDatabase? database, string connectionString, string redis)
    {
        (_app, _database, ConnectionString, Redis) = (app, database, connectionString, redis);
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public string ConnectionString { get; }

    public string Redis { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="servers">The servers of the test process.</param>
    /// <param name="settings">More settings.</param>
    /// <param name="services">More services.</param>
    /// <param name="map">More endpoints.</param>
    /// <param name="before">A host whose data and secret this one takes over, as after a restart.</param>
    public static async Task<WebHost> StartAsync(ServersFixture servers, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, WebHost? before = null, Action<WebApplication>? map = null)
    {
        var database = before is null ? await servers.DatabaseAsync() : null;
        var connectionString = before?.ConnectionString ?? database!.ConnectionString;
        var redis = before?.Redis ?? (await servers.RedisAsync()).CreateDatabase();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(WebModule).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = "Production",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:metrics"] = connectionString,
            ["ConnectionStrings:redis"] = redis,
            ["PERFPLATFORM_SECRET"] = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()),
            ["PERFPLATFORM_ADMIN_PASSWORD"] = Password,
        });
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        services?.Invoke(builder.Services);
        builder.AddServiceDefaults();
        builder.AddWeb();
        builder.AddLiveSampleFeed("web");
        builder.AddMessaging(WebModule.AddWebConsumers);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        app.MapWeb();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<AccessBootstrap>().WaitAsync(Wait.Limit);
        return new WebHost(app, database, connectionString, redis);
    }

    /// <summary>A client that keeps cookies and follows no redirects.</summary>
    public HttpClient Client(string? key = null)
    {
#pragma warning disable RS0030 // A test's own client, with its own cookies.
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
#pragma warning restore RS0030
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>Sends the sign-in form as a browser would.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string name, string password, string returnUrl = "/")
    {
        var address = "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl);
        var page = await client.GetStringAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
            ["_handler"] = "sign-in",
            ["Form.Name"] = name,
            ["Form.Password"] = password,
        });
        return await client.PostAsync(new Uri(address, UriKind.Relative), form, TestContext.Current.CancellationToken);
    }

    /// <summary>A client that is signed in as the administrator.</summary>
    public async Task<HttpClient> AdministratorAsync()
    {
        var client = Client();
        using var answer = await SignInAsync(client, "admin", Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>Makes a key as the administrator.</summary>
    public async Task<string> KeyAsync(params string[] scopes)
    {
        using var client = await AdministratorAsync();
        using var answer = await client.PostAsJsonAsync("/api/v1/keys", new { name = "test", scopes }, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("key").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    internal static partial Regex Token();
}
