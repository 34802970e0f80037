using Microsoft.AspNetCore.Http;
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
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Registers a client for each query interface that has no implementation in the process yet. May be called often.</summary>
    public static IHostApplicationBuilder AddServiceClients(this IHostApplicationBuilder builder)
    {
        Add<IMetricQueries, MetricQueriesClient>(builder, ResourceNames.Analysis);
        Add<ISeriesCatalog, SeriesCatalogClient>(builder, ResourceNames.Analysis);
        Add<IHosts, HostsClient>(builder, ResourceNames.Analysis);
        Add<IFindings, FindingsClient>(builder, ResourceNames.Analysis);
        Add<IComponentHealth, ComponentHealthClient>(builder, ResourceNames.Analysis);
        Add<IAlertCatalog, AlertCatalogClient>(builder, ResourceNames.Alerting);
        Add<IReportCatalog, ReportCatalogClient>(builder, ResourceNames.Reports);
        return builder;
    }

    /// <summary>The client calls a service by its name, at every address it has, signed, for at most this long and no longer than its own caller waits.</summary>
    public static IHttpClientBuilder CallsService(this IHttpClientBuilder builder, string service, TimeSpan limit)
    {
        builder.Services.TryAddTransient<ServiceTokenHandler>();
        return builder
            .ConfigureHttpClient(client => (client.BaseAddress, client.Timeout) = (new Uri("http://" + service), Timeout.InfiniteTimeSpan))
            .ConfigurePrimaryHttpMessageHandler(ServiceConnections.Create)
            .AddHttpMessageHandler<ServiceTokenHandler>()
            .AddHttpMessageHandler(services => new ServiceCallHandler(
                services.GetRequiredService<ServiceDirectory>(), services.GetRequiredService<IHttpContextAccessor>(), services.GetRequiredService<TimeProvider>())
            {
                Limit = limit,
                ReadsWhole = true,
            });
    }

    private static void Add<TInterface, TClient>(IHostApplicationBuilder builder, string service)
        where TInterface : class
        where TClient : class, TInterface
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(TInterface))) return;
        builder.Services.AddHttpClient<TInterface, TClient>().CallsService(service, Limit);
    }
}
