using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What every service does alike. Called by a Program.cs, never by a module.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Where Compose and Kubernetes mount secrets: a file each, named after the setting.</summary>
    public const string SecretFiles = "/run/secrets";

    /// <summary>Secrets from files, telemetry, health checks, service discovery and resilience, problem details, JSON, Redis, authentication, OpenAPI.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.AddKeyPerFile(SecretFiles, optional: true);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddSingleton<ServiceDirectory>();
        builder.Services.AddSingleton<StoppingConnections>();
        builder.Services.AddSingleton<PeerAddress>();
        builder.Services.TryAddSingleton<ILeadership, LonelyLeadership>();
        builder.Services.AddSingleton<LeaderClient>();
        builder.Services.AddHttpForwarder();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        builder.Services.ConfigureHttpJsonOptions(json => PerfPlatformJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<EndpointInputs>();
        builder.Services.AddOptions<OutboundOptions>().BindConfiguration(OutboundOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<OutboundConnection>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddRateLimiter(limits => limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests);
        builder.Services.AddAntiforgery();
        builder.AddRedis();
        builder.AddPlatformAuthentication();
        builder.Services.AddPlatformOpenApi();
        return builder;
    }

    /// <summary>The one place of the middleware order: where a visitor comes from, the end of long connections, answers without a body, errors, the caller's time, compression, authentication, other sites, rights that end, rate limits, antiforgery, input.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        if (TrustedProxies.From(app.Configuration) is { } proxies) app.UseForwardedHeaders(proxies);
        var stopping = app.Services.GetRequiredService<StoppingConnections>();
        app.Use(next => context => stopping.InvokeAsync(context, next));
        app.UseStatusCodePages(StatusAnswers.FillAsync);
        app.Use(next => context => StatusAnswers.InvokeAsync(context, next));
        app.UseExceptionHandler();
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.Use(next => context => RequestDeadline.InvokeAsync(context, clock, next));
        app.Use(next => context => AnswerCompression.InvokeAsync(context, next));
        app.UseRouting();
        app.UseAuthentication();
        app.Use(next => context => CrossSite.InvokeAsync(context, next));
        app.UseAuthorization();
        var begun = app.Services.GetRequiredService<BegunRequests>();
        app.Use(next => context => begun.InvokeAsync(context, next));
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.Use(next => context => LeaderForwarding.InvokeAsync(context, next));
        var inputs = app.Services.GetRequiredService<EndpointInputs>();
        app.Use(next => context => InputCheck.InvokeAsync(context, inputs, next));
        return app;
    }

    /// <summary><c>/alive</c>, <c>/ready</c> and <c>/health</c> (open, status only unless signed in), <c>/metrics</c>, <c>/openapi/v1.json</c> and <c>/docs</c>.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteHealthAsync, ResultStatusCodes = ReadyCodes }).AllowAnonymous();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealthAsync }).AllowAnonymous();
        app.MapGet("/metrics", (OwnMetrics metrics) => TypedResults.Text(metrics.Collect(), PrometheusTextWriter.ContentType))
            .RequireScope(Scopes.Read).WithName("GetOwnMetrics").WithSummary("The platform's own metrics in the Prometheus text format").WithTags("Platform");
        app.MapPlatformOpenApi();
        return app;
    }

    /// <summary>Checks with this tag must be healthy before a service is ready: the bus, the schema, the keys.</summary>
    internal const string ReadyTag = "ready";

    // A service that can do only a part of its work is alive, and not ready: whoever waits goes on waiting.
    private static readonly Dictionary<HealthStatus, int> ReadyCodes = new()
    {
        [HealthStatus.Healthy] = StatusCodes.Status200OK,
        [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable,
        [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable,
    };

    private static Task WriteHealthAsync(HttpContext context, HealthReport report)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync(report.Status.ToString());
        }

        var answer = new
        {
            Status = report.Status.ToString(),
            Checks = report.Entries.ToDictionary(e => e.Key, e => new { Status = e.Value.Status.ToString(), e.Value.Description, DurationMs = e.Value.Duration.TotalMilliseconds }),
        };
        return context.Response.WriteAsJsonAsync(answer, new JsonSerializerOptions(JsonSerializerDefaults.Web));
    }
}
