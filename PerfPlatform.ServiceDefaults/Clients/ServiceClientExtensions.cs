using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Typed HTTP clients of the other services.</summary>
public static class ServiceClientExtensions
{
    /// <summary>Registers a client for each query interface that has no implementation in the process yet. May be called often.</summary>
    public static IHostApplicationBuilder AddServiceClients(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddTransient<ServiceTokenHandler>();
        Add<IMetricQueries, MetricQueriesClient>(builder, ResourceNames.Analysis);
        Add<ISeriesCatalog, SeriesCatalogClient>(builder, ResourceNames.Analysis);
        Add<IHosts, HostsClient>(builder, ResourceNames.Analysis);
        Add<IFindings, FindingsClient>(builder, ResourceNames.Analysis);
        Add<IComponentHealth, ComponentHealthClient>(builder, ResourceNames.Analysis);
        Add<IAlertCatalog, AlertCatalogClient>(builder, ResourceNames.Alerting);
        Add<IReportCatalog, ReportCatalogClient>(builder, ResourceNames.Reports);
        return builder;
    }

    private static void Add<TInterface, TClient>(IHostApplicationBuilder builder, string service)
        where TInterface : class
        where TClient : class, TInterface
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(TInterface))) return;
        builder.Services.AddHttpClient<TInterface, TClient>(client => client.BaseAddress = new Uri("http://" + service))
            .AddHttpMessageHandler<ServiceTokenHandler>()
            .AddStandardResilienceHandler();
    }
}
