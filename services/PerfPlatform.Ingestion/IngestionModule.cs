using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Bus;
using PerfPlatform.Ingestion.Cardinality;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Ingestion.Scrape;
using PerfPlatform.Ingestion.Scrape.Api;
using PerfPlatform.Ingestion.Sums;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion;

/// <summary>Intake: from the senders' protocols to durable sample batches.</summary>
public static class IngestionModule
{
    /// <summary>Adds intake. Where no <see cref="ISampleSink"/> was registered before, batches go to the bus.</summary>
    public static IHostApplicationBuilder AddIngestion(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<IngestionOptions>().BindConfiguration(IngestionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IngestionOptions>, IngestionOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SeriesCache>();
        services.AddSingleton<KeyQuotas>();
        services.AddSingleton<CardinalitySurvey>();
        services.AddSingleton<IntakeGate>();
        services.AddSingleton<StampSource>();
        services.AddSingleton<IntakePipeline>();
        services.AddSingleton<DeltaReading>();
        // Where the bus takes the batches there may be other instances; where this process does, it is the only one.
        if (services.All(s => s.ServiceType != typeof(ISampleSink))) services.AddSingleton<SharedSums>();
        services.AddBackground<SeriesCacheAging>();
        builder.AddOtlp();
        foreach (var protocol in Protocols()) services.AddSingleton(typeof(IIntakeProtocol), protocol);
        builder.AddScrape();
        builder.AddBusSampleSink();
        return builder;
    }

    /// <summary>Adds what intake listens to: each instance hears of every id.</summary>
    public static void AddIngestionConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<SeriesRegisteredConsumer>().Endpoint(endpoint =>
        {
            endpoint.Temporary = true;
            endpoint.InstanceId = "-" + NewId.NextGuid().ToString("N");
        });

    /// <summary>Maps the endpoints of every protocol.</summary>
    public static IEndpointRouteBuilder MapIngestion(this IEndpointRouteBuilder endpoints)
    {
        var intake = endpoints.MapGroup("").WithTags("Intake").RequireScope(Scopes.Ingest).AddEndpointFilter<RouteGroupBuilder, IntakeProblemFilter>();
        foreach (var protocol in endpoints.ServiceProvider.GetServices<IIntakeProtocol>()) protocol.Map(intake);
        endpoints.MapScrapeTargets();
        endpoints.MapCardinality();
        return endpoints;
    }

    private static IEnumerable<Type> Protocols() =>
        typeof(IngestionModule).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IIntakeProtocol)));
}
