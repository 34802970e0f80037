using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PerfPlatform.Client.Addresses;

namespace PerfPlatform.Client;

/// <summary>Adds PerfPlatform to an OpenTelemetry pipeline that the application has already.</summary>
public static class PerfPlatformExporter
{
    /// <summary>Exports the metrics of this provider to PerfPlatform by OTLP over HTTP, with cumulative sums.</summary>
    /// <param name="builder">The provider being built; its meters and views stay as they are.</param>
    /// <param name="configure">Sets the options; the service's name is required.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static MeterProviderBuilder AddPerfPlatformExporter(this MeterProviderBuilder builder, Action<PerfPlatformOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new PerfPlatformOptions();
        configure(options);
        return builder.AddPerfPlatformExporter(options);
    }

    /// <summary>Exports the metrics of this provider to PerfPlatform by OTLP over HTTP, with cumulative sums.</summary>
    /// <param name="builder">The provider being built; its meters and views stay as they are.</param>
    /// <param name="options">Where to, and as whom.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static MeterProviderBuilder AddPerfPlatformExporter(this MeterProviderBuilder builder, PerfPlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return builder
            .ConfigureResource(resource => resource
                .AddService(options.ServiceName, serviceInstanceId: options.ServiceInstanceId, autoGenerateServiceInstanceId: false)
                .AddAttributes([new("host.name", Environment.MachineName)]))
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = Address.Under(options.Endpoint, "v1/metrics");
                if (options.ApiKey is { Length: > 0 } key)
                    exporter.Headers = "Authorization=" + Uri.EscapeDataString("Bearer " + key);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
                reader.TemporalityPreference = MetricReaderTemporalityPreference.Cumulative;
            });
    }
}
