using Hangfire;
using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Catalogue;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.Reports.Rendering;
using PerfPlatform.Reports.Schedules;
using PerfPlatform.Reports.Workers;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports;

/// <summary>Reports: made by Hangfire's workers, kept in the schema <c>reports</c>.</summary>
public static class ReportsModule
{
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers catalogue, schedules, workers and renderers.</summary>
    public static IHostApplicationBuilder AddReports(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ReportsOptions>().BindConfiguration(ReportsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddSchema<ReportsDbContext>(ReportsDbContext.Schema, ReportsDbContext.History);
        services.AddSingleton<IReportRenderer, HtmlReportRenderer>();
        services.AddSingleton<IReportRenderer, CsvReportRenderer>();
        services.AddSingleton<IReportRenderer, JsonReportRenderer>();
        services.AddSingleton<ReportRequestRules>();
        services.AddSingleton<ScheduleRules>();
        services.AddSingleton<ReportStore>();
        services.AddSingleton<ReportQueue>();
        services.AddSingleton<ReportCatalog>();
        services.AddSingleton<IReportCatalog>(provider => provider.GetRequiredService<ReportCatalog>());
        services.AddSingleton<ScheduleCatalog>();
        services.AddTransient<MetricReader>();
        services.AddTransient<PerformanceReportBuilder>();
        services.AddScoped<JobRun>();
        services.AddTransient<ReportFiles>();
        services.AddTransient<ReportJob>();
        services.AddTransient<ScheduleJob>();
        services.AddTransient<IReportDelivery, ReportDelivery>();
        services.AddHttpClient(ReportDelivery.ClientName, client => client.Timeout = DeliveryTimeout)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<OutboundConnection>().Handler());
        services.AddSingleton<JobStorage>(provider => JobStorageFactory.Create(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<IOptions<ReportsOptions>>().Value.Lease));
        services.AddSingleton<JobServerState>();
        services.AddHangfire(_ => { });
        services.AddBackground<JobServer>();
        services.AddHealthChecks().AddCheck<ReportsHealthCheck>("reports");
        builder.AddServiceClients();
        return builder;
    }

    /// <summary>Reports listens to nothing on the bus.</summary>
    public static void AddReportsConsumers(IBusRegistrationConfigurator bus) => ArgumentNullException.ThrowIfNull(bus);

    /// <summary>Maps the API, and Hangfire's own pages for administrators.</summary>
    public static IEndpointRouteBuilder MapReports(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapReportsApi();
        endpoints.MapSchedulesApi();
        endpoints.MapHangfireDashboard(
                "/hangfire",
                new DashboardOptions { Authorization = [new AdminDashboardFilter()], DashboardTitle = "PerfPlatform jobs", DisplayStorageConnectionString = false },
                endpoints.ServiceProvider.GetRequiredService<JobStorage>())
            .RequireScope(Scopes.Admin);
        return endpoints;
    }
}
