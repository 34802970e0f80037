using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PerfPlatform.ServiceDefaults;

internal static class TelemetryExtensions
{
    /// <summary>Traces, metrics and logs by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, as Aspire injects it. Redis and PostgreSQL add theirs where they are registered.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddLogDefaults();
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddReadableConsole();
        builder.Services.AddSingleton<OwnMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            // Who named the instance already (Aspire does) is not contradicted: the service would appear twice.
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName,
                autoGenerateServiceInstanceId: builder.Configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.instance.id=", StringComparison.Ordinal) != true))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("PerfPlatform.*", "MassTransit")
                .AddReader(services => services.GetRequiredService<OwnMetrics>().Reader));
        // Where nobody takes traces no span is begun.
        if (!builder.IsTraced()) return;
        telemetry
            .WithTracing(tracing => tracing
                .AddSource("PerfPlatform.*", "MassTransit", builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(http => http.Filter = context =>
                    !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                    && !context.Request.Path.StartsWithSegments("/ready", StringComparison.Ordinal)
                    && !context.Request.Path.StartsWithSegments("/alive", StringComparison.Ordinal))
                .AddHttpClientInstrumentation()
                .AddProcessor<QuietBackground>())
            .UseOtlpExporter();
    }

    /// <summary>Whether somebody takes the traces.</summary>
    public static bool IsTraced(this IHostApplicationBuilder builder) => !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}
