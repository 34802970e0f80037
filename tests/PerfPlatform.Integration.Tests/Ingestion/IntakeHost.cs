using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion;
using PerfPlatform.ServiceDefaults;
using Snappier;
using StackExchange.Redis;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>The intake service as its Program.cs composes it, on a free port, with keys in a real Redis.</summary>
internal sealed class IntakeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IConnectionMultiplexer _redis;
    private readonly InstallationSecret _secret;
    private int _keys;

    private IntakeHost(WebApplication app, IConnectionMultiplexer redis, InstallationSecret secret) => (_app, _redis, _secret) = (app, redis, secret);

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Where it listens for gRPC.</summary>
    public Uri Grpc => new(_app.Urls.Last());

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts intake; without a sink it publishes to the broker that the settings name.</summary>
    public static async Task<IntakeHost> StartAsync(ServersFixture servers, ISampleSink? sink, params IEnumerable<(string Key, string Value)> settings)
    {
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(IngestionModule).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:OtlpGrpc:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:OtlpGrpc:Protocols"] = "Http2",
            ["ConnectionStrings:redis"] = redis,
            [InstallationSecret.Setting] = InstallationSecret.Generate(),
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value)));
        builder.AddServiceDefaults();
        if (sink is not null) builder.Services.AddSingleton(sink);
        builder.AddIngestion();
        builder.AddMessaging(IngestionModule.AddIngestionConsumers);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        app.MapIngestion();
        await app.StartAsync();
        var host = new IntakeHost(app, app.Services.GetRequiredService<IConnectionMultiplexer>(), app.Services.GetRequiredService<InstallationSecret>());
        host.Client = await host.ClientAsync([Scopes.Ingest]);
        return host;
    }

    /// <summary>A client with a new key.</summary>
    public async Task<HttpClient> ClientAsync(IReadOnlyList<string> scopes, int? maxSeries = null, int? maxSamples = null, int? maxBody = null)
    {
        var id = $"k{++_keys}";
        var key = $"pp_{id}_{Guid.NewGuid():N}";
        var record = new ApiKeyRecord { Id = id, Name = id, Hash = _secret.HashKey(key), Scopes = scopes, MaxSeries = maxSeries, MaxSamplesPerRequest = maxSamples, MaxBodyBytes = maxBody };
        await _redis.GetDatabase().HashSetAsync(ApiKeyRecord.RedisKey, id, JsonSerializer.Serialize(record, PerfPlatformJson.Options));
        await _redis.GetDatabase().StringSetAsync(ApiKeyRecord.CompleteKey, 1);
        await _app.Services.GetRequiredService<KeyRing>().RefreshAsync(force: true, CancellationToken.None);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public HttpClient Anonymous()
    {
        var client = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        client.BaseAddress = new Uri(_app.Urls.First());
        client.Timeout = TimeSpan.FromSeconds(60);
        return client;
    }

    public static ByteArrayContent RemoteWrite(byte[] message) => Content(Snappy.CompressToArray(message), "application/x-protobuf", "snappy");

    public static ByteArrayContent Content(byte[] body, string type, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
