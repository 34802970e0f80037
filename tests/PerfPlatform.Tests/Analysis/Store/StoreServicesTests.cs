using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Analysis.Live;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Retention;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store;

/// <summary>What works in the background of the store goes on after any fault: one that leaves it would end the process.</summary>
public sealed class StoreServicesTests
{
    // A name that cannot be resolved is no fault of Npgsql's own kind.
    [Theory]
    [InlineData(typeof(RetentionJob))]
    [InlineData(typeof(InboxKeeper))]
    [InlineData(typeof(Compactor))]
    public async Task Service_DatabaseWhoseNameIsUnknown_TriesAgain(Type type)
    {
        var (clock, log) = (new FakeTimeProvider(), new Lines());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:metrics"] = "Host=database.invalid;Username=perf;Password=x";
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddStore();
        await using var services = (ServiceProvider)builder.Build().Services;
        services.GetRequiredService<SchemaReady<MetricsContext>>().Set();
        services.GetRequiredService<SeriesRegistry>().Loaded(Guid.NewGuid(), new Dictionary<Guid, int>());
        services.GetRequiredService<CompactionBacklog>().Suspect(clock.GetUtcNow().ToUnixTimeMilliseconds() - 7_200_000, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var service = (BackgroundService)services.GetRequiredService(type);

        await service.StartAsync(TestContext.Current.CancellationToken);
        for (var waited = Stopwatch.StartNew(); log.Of(type) < 3 && !service.ExecuteTask!.IsCompleted && waited.Elapsed < TimeSpan.FromSeconds(60);)
        {
            clock.Advance(TimeSpan.FromMinutes(20));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.False(service.ExecuteTask!.IsCompleted, service.ExecuteTask.Exception?.ToString());
        Assert.InRange(log.Of(type), 3, int.MaxValue);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task LiveFeed_BatchThatCannotBeRead_IsLeftOut()
    {
        var registry = new SeriesRegistry();
        var series = SeriesDescriptor.Of("load", LabelSet.Empty);
        registry.Add([new SeriesEntry(1, series.Fingerprint, "load", series.Labels, "", MetricKind.Gauge)]);
        using var log = new LoggerFactory();
        using var feed = new LiveFeed(registry, log.CreateLogger<LiveFeed>());
        await feed.StartAsync(TestContext.Current.CancellationToken);
        var subscription = feed.Subscribe(SeriesSelector.Of("load"));

        feed.OnSamples(null!, default); // a batch that is right cannot be refused, so one that is none
        feed.OnSamples(SampleBatch.Of(Guid.Empty, default, 0, (1, null, [(7, 7)])), default);
        var points = new List<LivePoint>();
        while (!points.Exists(p => p.Time == 7))
        {
            await subscription.WaitAsync(TestContext.Current.CancellationToken);
            points.AddRange(subscription.Take().Points);
        }

        Assert.False(feed.ExecuteTask!.IsCompleted);
        await feed.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _categories = new(); // bounded by the test

        public int Of(Type type) => _categories.Count(category => category == type.FullName);

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Writer(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines._categories.Enqueue(category);
        }
    }
}
