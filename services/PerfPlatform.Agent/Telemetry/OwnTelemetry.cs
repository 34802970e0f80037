using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PerfPlatform.Agent.Telemetry;

/// <summary>
/// The agent's own traces (one for each request it sends) and log by OTLP. The only class that knows the OpenTelemetry SDK, which is not loaded where nobody asks for it.
/// Endpoint, protocol and resource are those of the SDK's own variables (OTEL_*).
/// </summary>
internal sealed class OwnTelemetry : IDisposable
{
    private const string DefaultName = "perfplatform-agent";

    private readonly TracerProvider _traces;
    private readonly ILoggerFactory _logs;

    private OwnTelemetry(Func<string, string?> environment, string version)
    {
        // The HTTP client tells a span for each request, and gives its trace to the server.
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource("System.Net.Http").AddOtlpExporter().Build();
        _logs = LoggerFactory.Create(logging => logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource);
            logs.SetResourceBuilder(resource).AddOtlpExporter();
            logs.IncludeFormattedMessage = true;
        }));
        var log = _logs.CreateLogger("PerfPlatform.Agent");
#pragma warning disable CA1848, CA2254 // The template is a constant where AgentLog is called; lines are few.
        AgentLog.Told = (isWarning, template, values) => log.Log(isWarning ? LogLevel.Warning : LogLevel.Information, template, values);
#pragma warning restore CA1848, CA2254

        // Who named the instance already (Aspire does) is not contradicted.
        void Describe(ResourceBuilder resource) => resource.AddService(
            environment("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : DefaultName,
            serviceVersion: version,
            autoGenerateServiceInstanceId: environment("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.instance.id=", StringComparison.Ordinal) != true);
    }

    /// <summary>Tells from now on, where OTEL_EXPORTER_OTLP_ENDPOINT says to whom; else null.</summary>
    public static IDisposable? StartWhereAsked(Func<string, string?> environment, string version) =>
        environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } ? Start(environment, version) : null;

    public void Dispose()
    {
        AgentLog.Told = null;
        _traces.Dispose();
        _logs.Dispose();
    }

    // Its own method, since a method that names the SDK's types loads them when it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OwnTelemetry Start(Func<string, string?> environment, string version) => new(environment, version);
}
