using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings.History;
using PerfPlatform.Analysis.Forecasts;
using PerfPlatform.Analysis.Recommendations;
using PerfPlatform.Analysis.Scores;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>Trends, bottlenecks, scores, recommendations and forecasts.</summary>
public static class FindingsModule
{
    /// <summary>Registers the finders and the job that keeps what they find. Needs <c>IMetricQueries</c>.</summary>
    public static IHostApplicationBuilder AddFindings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FindingsOptions>().BindConfiguration(FindingsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddSchema<FindingsDbContext>(FindingsDbContext.Schema, "__findings_migrations");
        builder.Services.AddSingleton<HostReader>();
        builder.Services.AddSingleton<ApplicationReader>();
        builder.Services.AddSingleton<TrendFinder>();
        builder.Services.AddSingleton<IFinder>(services => services.GetRequiredService<TrendFinder>());
        builder.Services.AddSingleton<IFinder, BottleneckFinder>();
        builder.Services.AddSingleton<IFinder, ScoreFinder>();
        builder.Services.AddSingleton<IFinder, RecommendationFinder>();
        builder.Services.AddSingleton<IFinder, ForecastFinder>();
        builder.Services.AddSingleton<FindingService>();
        builder.Services.AddSingleton<IFindings>(services => services.GetRequiredService<FindingService>());
        builder.Services.AddSingleton<FindingStore>();
        builder.Services.AddBackground<FindingJob>();
        return builder;
    }

    /// <summary>Maps the API.</summary>
    public static IEndpointRouteBuilder MapFindings(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapFindingsApi();
        return endpoints;
    }
}
