using MassTransit;
using PerfPlatform.Analysis.Bus;
using PerfPlatform.Analysis.Findings.Answers;
using PerfPlatform.Analysis.Health;
using PerfPlatform.Analysis.Hosts;
using PerfPlatform.Analysis.Store;

namespace PerfPlatform.Analysis;

/// <summary>The metric store and what is computed from it, as a module of a host.</summary>
public static class AnalysisModule
{
    /// <summary>Registers the module's services.</summary>
    public static IHostApplicationBuilder AddAnalysis(this IHostApplicationBuilder builder)
    {
        builder.AddStore();
        builder.AddHosts();
        builder.AddFindings();
        builder.AddComponentHealth();
        builder.AddDeadLetters();
        return builder;
    }

    /// <summary>Registers the module's consumers.</summary>
    public static void AddAnalysisConsumers(IBusRegistrationConfigurator bus) => ArgumentNullException.ThrowIfNull(bus);

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapAnalysis(this IEndpointRouteBuilder routes)
    {
        routes.MapStore();
        routes.MapHosts();
        routes.MapFindings();
        routes.MapComponentHealth();
        routes.MapDeadLetters();
        return routes;
    }
}
