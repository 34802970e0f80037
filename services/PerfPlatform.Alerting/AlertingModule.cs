using MassTransit;
using PerfPlatform.Alerting.Api;
using PerfPlatform.Alerting.Backtests;
using PerfPlatform.Alerting.Catalogue;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Health;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Alerting.Recording;
using PerfPlatform.Alerting.Retention;
using PerfPlatform.Alerting.Rulebook;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Alerting.Webhooks;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Alerting.Webhooks.Notifications;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting;

/// <summary>Alert rules, their evaluation, silences and webhooks as a module.</summary>
public static class AlertingModule
{
    /// <summary>Adds the services.</summary>
    public static IHostApplicationBuilder AddAlerting(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AlertingOptions>().BindConfiguration(AlertingOptions.Section)
            .PostConfigure<IConfiguration>((options, settings) => options.UiPort = settings.GetValue("PERFPLATFORM_HTTP_PORT", options.UiPort)).ValidateDataAnnotations().ValidateOnStart();
        builder.AddSchema<AlertingContext>(AlertingContext.Schema);
        builder.Services.AddSingleton<AlertCatalog>();
        builder.Services.AddSingleton<IAlertCatalog>(services => services.GetRequiredService<AlertCatalog>());
        builder.AddServiceClients();
        AddRules(builder.Services);
        AddEvaluation(builder.Services);
        AddWebhooks(builder.Services);
        AddLeading(builder.Services);
        builder.Services.AddSingleton<SilenceStore>();
        builder.Services.AddSingleton<EvaluationMeters>();
        builder.Services.AddSingleton<DeliveryMeters>();
        builder.Services.AddHealthChecks().AddCheck<AlertingHealthCheck>("alerting");
        return builder;
    }

    /// <summary>Adds the consumers.</summary>
    public static void AddAlertingConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumer<AlertRulesChangedConsumer>().Endpoint(endpoint =>
    {
        // Every instance reads the rules again.
        endpoint.Temporary = true;
        endpoint.InstanceId = NewId.NextGuid().ToString("N");
    });

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapAlerting(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapAlerts();
        endpoints.MapRules();
        endpoints.MapSilences();
        endpoints.MapWebhooks();
        return endpoints;
    }

    private static void AddRules(IServiceCollection services)
    {
        services.AddSingleton<RuleStore>();
        services.AddSingleton<ThresholdCache>();
        services.AddSingleton<RuleCatalog>();
        services.AddSingleton<RuleChanges>();
        services.AddSingleton<StoredSamples>();
        services.AddSingleton<MetricFit>();
        services.AddSingleton<Backtest>();
        services.AddBackground<RuleRefresher>();
    }

    private static void AddEvaluation(IServiceCollection services)
    {
        services.AddSingleton(provider => new SampleQueue(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<AlertingOptions>>().Value.QueuedBatches));
        services.AddSingleton<ISampleListener, AlertingSampleListener>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<CatchUp>();
        services.AddBackground<SeriesResolver>();
    }

    private static void AddWebhooks(IServiceCollection services)
    {
        // No redirects: they could lead where the allow-list does not. No logs: addresses can be secrets.
        services.AddHttpClient(DeliverySender.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<OutboundConnection>().Handler())
            .RemoveAllLoggers();
        services.AddSingleton<NotificationSignal>();
        services.AddSingleton<DeliverySignal>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<DeliverySender>();
        services.AddSingleton<DeliveryOutbox>();
        services.AddSingleton<DeliveryDesk>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<TestDelivery>();
    }

    /// <summary>What one replica does for all, in the order in which it begins.</summary>
    private static void AddLeading(IServiceCollection services)
    {
        AddWork<AlertRecorder>(services);
        AddWork<Evaluator>(services);
        AddWork<NotificationPlanner>(services);
        AddWork<DeliveryWorker>(services);
        AddWork<AlertingRetention>(services);
        AddWork<DefaultRuleSeeder>(services);
        services.AddSingleton<LeaderHolder>();
        services.AddBackground<LeaderKeeper>();
        services.AddKeyedSingleton<ILeadership>(AlertingContext.Schema, (provider, _) => provider.GetRequiredService<LeaderKeeper>());
    }

    private static void AddWork<T>(IServiceCollection services) where T : class, ILeaderWork
    {
        services.AddSingleton<T>();
        services.AddSingleton<ILeaderWork>(provider => provider.GetRequiredService<T>());
    }
}
