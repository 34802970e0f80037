using System.Net.Http.Headers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PerfPlatform.Analysis;
using PerfPlatform.Analysis.Bus;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The Analysis service in this process over a real database, on a free port.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    // Replicas share it.
    private static readonly string Secret = InstallationSecret.Generate();

    private readonly WebApplication _app;
    private long _sequence;

    private StoreHost(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public IMetricQueries Queries => Services.GetRequiredService<IMetricQueries>();

    public ISampleSink Sink => Services.GetRequiredService<ISampleSink>();

    public Uri Address => new(_app.Urls.First());

    public static async Task<StoreHost> StartAsync(string connectionString, params (string Key, string Value)[] settings)
    {
        var host = await StartWithoutLeaseAsync(connectionString, settings);
        await host.ReadyAsync();
        return host;
    }

    public static Task<StoreHost> StartWithoutLeaseAsync(string connectionString, params (string Key, string Value)[] settings) => StartAsync(connectionString, null, settings);

    /// <summary>Starts with more services, for example a listener.</summary>
    public static async Task<StoreHost> StartAsync(string connectionString, Action<IServiceCollection>? add, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:metrics"] = connectionString,
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            [InstallationSecret.Setting] = Secret,
            ["Analysis:Store:FlushInterval"] = "00:10:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("STORE_TEST_LOG") is not null) builder.Logging.AddConsole();
        builder.AddServiceDefaults();
        if (builder.Configuration.GetConnectionString("rabbitmq") is not null) builder.AddPartitionConsumers();
        builder.AddAnalysis();
        add?.Invoke(builder.Services);
        builder.AddMessaging(AnalysisModule.AddAnalysisConsumers);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        app.MapAnalysis();
        await app.StartAsync();
        return new StoreHost(app);
    }

    /// <summary>Waits until every partition is written here.</summary>
    public Task ReadyAsync() => Wait.ForAsync("the store is ready", () => Services.GetRequiredService<PartitionSet>().All.All(p => p.State == PartitionState.Ready));

    /// <summary>Writes the samples of one series as one batch with its labels.</summary>
    public Task WriteAsync(string metric, string host, params (long Time, double Value)[] samples) =>
        WriteAsync(SeriesDescriptor.Of(metric, LabelSet.Of(("host.name", host)), MetricKind.Gauge, "1"), samples);

    public async Task WriteAsync(SeriesDescriptor series, params (long Time, double Value)[] samples) => await Sink.WriteAsync([Batch(series, NextStamp(), samples)], CancellationToken.None);

    public BatchStamp NextStamp()
    {
        var sequence = Interlocked.Increment(ref _sequence);
        return new BatchStamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 7, sequence);
    }

    public static SampleBatch Batch(SeriesDescriptor series, BatchStamp stamp, params (long Time, double Value)[] samples) =>
        SampleBatch.Of(Guid.Empty, stamp, 0, [(0, series, samples)]);

    public async Task FlushAsync()
    {
        var flush = Services.GetRequiredService<PartitionFlush>();
        foreach (var partition in Services.GetRequiredService<PartitionSet>().All) await flush.RunAsync(partition, CancellationToken.None);
    }

    /// <summary>The raw samples of a metric in a range, over all its series.</summary>
    public async Task<List<(long Time, double Value)>> RawAsync(string metric, long from, long to)
    {
        var result = await Queries.QueryAsync(
            new RangeQuery { Selector = SeriesSelector.Of(metric), From = DateTimeOffset.FromUnixTimeMilliseconds(from), To = DateTimeOffset.FromUnixTimeMilliseconds(to) },
            CancellationToken.None);
        return [.. result.Series.SelectMany(s => s.Times.Zip(s.Values, (t, v) => (t, v!.Value)))];
    }

    public HttpClient Client(params string[] scopes)
    {
        var client = new SocketsHttpClient(Address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Services.GetRequiredService<ServiceTokens>().Issue("test", scopes.Length == 0 ? Scopes.All : scopes));
        return client;
    }

    /// <summary>Ends without writing what is in memory, as a crash would.</summary>
    public async Task KillAsync()
    {
        // The broker sees the connection of a process that died closed at once; nobody closes that of a host in this process.
        await Services.GetRequiredService<IBusControl>().StopAsync(TimeSpan.FromSeconds(10));
        try
        {
            await _app.StopAsync(new CancellationToken(true));
        }
        catch (OperationCanceledException)
        {
            // That is how it is meant.
        }

        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was killed before.
        }

        await _app.DisposeAsync();
    }

    private sealed class SocketsHttpClient : HttpClient
    {
        public SocketsHttpClient(Uri address) : base(new SocketsHttpHandler()) => BaseAddress = address;
    }
}
