using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PerfPlatform.Alerting;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>The alert service as it runs, on a free port, with real servers; its samples come from the test.</summary>
public sealed class AlertingProcess : IAsyncDisposable
{
    // One installation: a restart must read what was encrypted before.
    private static readonly string s_secret = InstallationSecret.Generate();

    private readonly WebApplication _app;
    private readonly RecordedSamples _samples;
    private readonly HttpClient _client;
    private long _sequence;

    private AlertingProcess(WebApplication app, RecordedSamples samples, SaidLines said)
    {
        (_app, _samples, Said) = (app, samples, said);
        _client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public IServiceProvider Services => _app.Services;

    public SaidLines Said { get; }

    public static Task<AlertingProcess> StartAsync(string metrics, string redis, RecordedSamples samples, params (string Key, string Value)[] settings) =>
        StartAsync(metrics, redis, samples, _ => { }, settings);

    /// <summary>With services that are the test's own.</summary>
    public static async Task<AlertingProcess> StartAsync(string metrics, string redis, RecordedSamples samples, Action<IServiceCollection> with, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "PerfPlatform.Alerting" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var said = new SaidLines();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(said);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:metrics"] = metrics,
            ["ConnectionStrings:redis"] = redis,
            [InstallationSecret.Setting] = s_secret,
            ["Alerting:DefaultRules"] = "false",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddSingleton<IMetricQueries>(samples);
        builder.Services.AddSingleton<ISeriesCatalog>(samples);
        builder.AddServiceDefaults();
        // As Program.cs of the service does; without a broker it is idle.
        builder.AddDurableSampleFeed("alerting");
        builder.AddAlerting();
        builder.AddMessaging(AlertingModule.AddAlertingConsumers);
        with(builder.Services);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        app.MapAlerting();
        await app.StartAsync();
        return new AlertingProcess(app, samples, said);
    }

    /// <summary>A sample that is durable, as the store hands it over: by id alone.</summary>
    public void Send(string metric, LabelSet labels, double value, DateTimeOffset? at = null) =>
        SendBuffered(metric, labels, ((at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(), value));

    /// <summary>Samples of one series that come together, as a sender does that was offline.</summary>
    public void SendBuffered(string metric, LabelSet labels, params (long Time, double Value)[] samples)
    {
        var id = _samples.Register(metric, labels);
        foreach (var (time, value) in samples) _samples.Record(id, time, value);
        var batch = SampleBatch.Of(_samples.Epoch, new BatchStamp(samples[^1].Time, 1, ++_sequence), 0, (id, null, samples));
        foreach (var listener in _app.Services.GetServices<ISampleListener>()) listener.OnSamples(batch);
    }

    /// <summary>Sends a value ten times a second until the token ends it.</summary>
    public async Task SendUntilAsync(string metric, LabelSet labels, Func<double> value, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Send(metric, labels, value());
            await Task.Delay(100, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await SendAsync(HttpMethod.Get, path, null));

    public async Task<JsonElement> PostAsync(string path, object body) => await ReadAsync(await SendAsync(HttpMethod.Post, path, body));

    public async Task<JsonElement> PutAsync(string path, object body) => await ReadAsync(await SendAsync(HttpMethod.Put, path, body));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, params string[] scopes)
    {
        using var request = new HttpRequestMessage(method, path);
        var token = Services.GetRequiredService<ServiceTokens>().Issue("tester", scopes.Length == 0 ? Scopes.All : scopes);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The first alert in a state.</summary>
    public async Task<JsonElement> WaitForAlertAsync(string state)
    {
        var alerts = await Wait.ForAsync($"an alert is {state}", async () => (await GetAsync($"/api/v1/alerts?state={state}")).GetProperty("items"), items => items.GetArrayLength() > 0);
        return alerts[0];
    }

    /// <summary>Waits until the schema is there and rules were read.</summary>
    public Task ReadyAsync() => Wait.ForAsync("alerting is ready", async () => (await SendAsync(HttpMethod.Get, "/api/v1/alerts/rules", null)).IsSuccessStatusCode && Services.GetRequiredService<PerfPlatform.Alerting.Live.Evaluator>().EvaluatedAt is not null);

    /// <summary>Waits until the rules of now have been evaluated for so long.</summary>
    public Task EvaluateForAsync(TimeSpan time)
    {
        var until = TimeProvider.System.GetUtcNow() + time;
        return Wait.ForAsync("it is evaluated", () => Services.GetRequiredService<PerfPlatform.Alerting.Live.Evaluator>().EvaluatedAt > until);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

}
