using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis;

/// <summary>One or more modules in a web host on a free port, as a Program.cs composes them, with service tokens for credentials.</summary>
internal sealed class ModuleHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ModuleHost(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>With every scope.</summary>
    public HttpClient Client => WithScopes([.. Scopes.All]);

    public static async Task<ModuleHost> StartAsync(
        string database, string redis, Action<WebApplicationBuilder> add, Action<IEndpointRouteBuilder> map, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(ModuleHost).Assembly.GetName().Name });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:metrics"] = database,
            ["ConnectionStrings:redis"] = redis,
            [InstallationSecret.Setting] = InstallationSecret.Generate(),
            ["Logging:LogLevel:Default"] = "Warning",
        });
        // The last one of a name counts.
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient(); // the tests' own
        add(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        map(app);
        await app.StartAsync();
        await TablesAsync(app.Services.GetRequiredService<HealthCheckService>());
        return new ModuleHost(app);
    }

    // Until the tables are there, a request is answered 503. A test that takes the database away does not wait for it.
    private static Task TablesAsync(HealthCheckService health) => Wait.ForAsync(
        "the tables are there",
        () => health.CheckHealthAsync(check => check.Name == "database", TestContext.Current.CancellationToken),
        report => report.Status == HealthStatus.Healthy || report.Entries.Values.Any(entry => entry.Exception is not null));

    public HttpClient WithScopes(params string[] scopes)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Services.GetRequiredService<ServiceTokens>().Issue("tester", scopes));
        return client;
    }

    public HttpClient Anonymous()
    {
        var client = Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        client.BaseAddress = Address;
        return client;
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<T> EventuallyAsync<T>(string path, Func<T, bool> wanted, int seconds = 30)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        var last = "";
        while (TimeProvider.System.GetUtcNow() < deadline)
        {
            using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
            last = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
            if (response.IsSuccessStatusCode && JsonSerializer.Deserialize<T>(last[4..], PerfPlatformJson.Options) is { } answer && wanted(answer)) return answer;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{path} did not become as wanted in {seconds} s; last answer: {last}");
    }

    public async Task<T> GetAsync<T>(string path) => (await Client.GetFromJsonAsync<T>(path, PerfPlatformJson.Options, TestContext.Current.CancellationToken))!;

    /// <summary>The detail of a problem.</summary>
    public static async Task<string> DetailAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
