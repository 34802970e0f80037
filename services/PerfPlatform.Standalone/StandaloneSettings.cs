using System.Globalization;

namespace PerfPlatform.Standalone;

/// <summary>The settings of the one-process form; each is a variable of the environment, an entry of appsettings.json or a command line option.</summary>
public sealed record StandaloneSettings
{
    /// <summary>The data folder, or null for the default.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The port of pages and API; 0 takes a free one.</summary>
    public int HttpPort { get; init; } = 5080;

    /// <summary>The port where OTLP/HTTP clients look by default; 0 opens none.</summary>
    public int OtlpHttpPort { get; init; } = 4318;

    /// <summary>The port of OTLP/gRPC; 0 opens none.</summary>
    public int OtlpGrpcPort { get; init; } = 4317;

    /// <summary>Whether the local agent runs beside.</summary>
    public bool Agent { get; init; } = true;

    public static StandaloneSettings From(IConfiguration configuration) => new()
    {
        DataFolder = configuration["PERFPLATFORM_DATA"] is { Length: > 0 } folder ? folder : null,
        HttpPort = Port(configuration, "PERFPLATFORM_HTTP_PORT", 5080),
        OtlpHttpPort = Port(configuration, "PERFPLATFORM_OTLP_HTTP_PORT", 4318),
        OtlpGrpcPort = Port(configuration, "PERFPLATFORM_OTLP_GRPC_PORT", 4317),
        Agent = configuration["PERFPLATFORM_AGENT"] switch
        {
            null or "" => true,
            var text when bool.TryParse(text, out var on) => on,
            var text => throw new StartupException($"PERFPLATFORM_AGENT is '{text}': set it to true or false"),
        },
    };

    private static int Port(IConfiguration configuration, string name, int otherwise)
    {
        var text = configuration[name];
        if (string.IsNullOrEmpty(text))
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new StartupException($"{name} is '{text}': set it to a number from 0 to 65535");
    }
}
