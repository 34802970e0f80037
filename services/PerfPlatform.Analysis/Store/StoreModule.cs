using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Live;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Inbox;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Retention;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Analysis.Store.Usage;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store;

/// <summary>The metric store: registry, inbox, head, segments, queries and the live feed.</summary>
internal static class StoreModule
{
    public static void AddStore(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<StoreOptions>().BindConfiguration(StoreOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddSchema<MetricsContext>(MetricsContext.Schema);
        services.AddMetrics();
        services.AddSingleton<StoreTelemetry>();

        services.AddSingleton<SeriesRegistry>();
        services.AddSingleton<RegistryLoader>();
        services.AddSingleton<ISeriesCatalog, SeriesCatalog>();

        services.AddSingleton<LatestSamples>();
        services.AddSingleton<PartitionSet>();
        services.AddSingleton<RecentBound>();
        services.AddSingleton<RecentMerge>();
        services.AddSingleton<InboxReplay>();
        services.AddSingleton<PartitionHolder>();
        services.AddSingleton(s => new LeaseKeeper(
            s.GetRequiredService<NpgsqlDataSource>(), MetricsContext.Schema, s.GetRequiredService<PartitionHolder>(), s.GetRequiredService<IOptions<StoreOptions>>().Value.LeaseTime,
            s.GetRequiredService<PeerAddress>().Read, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<LeaseKeeper>>()));
        services.AddSingleton<ILeadership>(s => s.GetRequiredService<LeaseKeeper>());
        services.AddKeyedSingleton<ILeadership>(MetricsContext.Schema, (s, _) => s.GetRequiredService<LeaseKeeper>());
        services.AddSingleton<FlushSignal>();
        services.AddSingleton<CompactionBacklog>();
        services.AddSingleton<SegmentWriter>();
        services.AddSingleton<PartitionFlush>();
        services.AddSingleton<SampleListeners>();
        services.AddSingleton<InboxWriter>();
        services.AddSingleton<ISampleSink, InboxSampleSink>();

        services.AddSingleton<RollupWriter>();
        services.AddSingleton<RollupReader>();
        services.AddSingleton<RollupCoverage>();
        services.AddSingleton<CompactionCandidates>();
        services.AddSingleton<CompactionTransaction>();
        services.AddSingleton<CompactionPace>();
        services.AddSingleton<ChunkRewrite>();
        services.AddSingleton<CompactionMerge>();
        services.AddSingleton<CompactionWork>();
        services.AddSingleton<InboxSpace>();

        services.AddSingleton<StorageReader>();
        services.AddSingleton<SegmentReader>();
        services.AddSingleton<MergePool>();
        services.AddHttpClient(PeerQueries.Client, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(ServiceConnections.Create).AddHttpMessageHandler<ServiceTokenHandler>();
        services.TryAddTransient<ServiceTokenHandler>();
        services.AddSingleton<PeerQueries>();
        services.AddSingleton<RegistryFollower>();
        services.AddSingleton<RangeExecution>();
        services.AddSingleton<LatestReader>();
        services.AddSingleton<MetricQueries>();
        services.AddSingleton<IMetricQueries>(s => s.GetRequiredService<MetricQueries>());
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<ISampleListener>(s => s.GetRequiredService<LiveFeed>());
        services.AddSingleton<LiveStream>();

        // Stopped in the opposite order: no more samples, the last segments, then the leases.
        services.AddBackground<PartitionKeeper>();
        services.AddBackground<Flusher>();
        services.AddBackground<RetentionJob>();
        services.AddBackground<Compactor>();
        services.AddBackground<InboxKeeper>();
        services.AddBackground<SeriesAnnouncer>();
        services.AddBackground<LiveFeed>();
        services.AddBackground<InboxWriter>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

    public static void MapStore(this IEndpointRouteBuilder routes)
    {
        routes.MapQueries();
        routes.MapPeers();
        routes.MapLive();
        routes.MapStorage();
    }
}
