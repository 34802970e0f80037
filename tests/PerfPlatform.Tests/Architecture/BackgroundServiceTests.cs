using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Alerting;
using PerfPlatform.Analysis;
using PerfPlatform.Ingestion;
using PerfPlatform.Reports;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web;
using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>No failure of one item ends a background service: each is added so that it is started again.</summary>
public sealed class BackgroundServiceTests
{
    [Fact]
    public void EveryBackgroundService_OfEveryModule_IsKeptRunning()
    {
        // Intake publishes to the bus only where nothing else takes its batches.
        var kept = Kept(builder => builder.AddAnalysis().AddIngestion().AddAlerting().AddReports().AddWeb()).Union(Kept(builder => builder.AddIngestion())).ToHashSet();
        var all = new[] { typeof(AlertingModule), typeof(AnalysisModule), typeof(IngestionModule), typeof(ReportsModule), typeof(WebModule), typeof(InstallationSecret) }
            .SelectMany(t => t.Assembly.GetTypes()).Where(t => t is { IsAbstract: false, IsGenericTypeDefinition: false } && t.IsSubclassOf(typeof(BackgroundService))).ToList();
        Assert.True(all.Count > 20, $"{all.Count} background services were found.");
        Assert.Empty(all.Where(t => !kept.Contains(t)).Select(t => t.FullName));
    }

    private static IEnumerable<Type> Kept(Action<IHostApplicationBuilder> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "PerfPlatform.Standalone" });
        builder.Configuration["ConnectionStrings:metrics"] = "Host=localhost";
        builder.Configuration["ConnectionStrings:redis"] = "localhost:1,abortConnect=false";
        builder.Configuration[InstallationSecret.Setting] = InstallationSecret.Generate();
        builder.AddServiceDefaults();
        add(builder);
        return builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(LastingService<>))
            .Select(s => s.ImplementationType!.GetGenericArguments()[0]).ToList();
    }
}
