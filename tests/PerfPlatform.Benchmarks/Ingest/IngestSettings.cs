using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>The intake load.</summary>
internal sealed record IngestSettings
{
    public const string Usage = "ingest [--servers standalone,distributed,victoria-metrics,prometheus] [--rounds N] [--series N] [--batch N] [--connections N] [--warm-up SECONDS] [--seconds N]";

    public required IReadOnlyList<string> Servers { get; init; }

    public required int Rounds { get; init; }

    public required int Series { get; init; }

    /// <summary>Samples in a request.</summary>
    public required int Batch { get; init; }

    public required int Connections { get; init; }

    /// <summary>Before the measurement: the series are registered, the code is compiled. Five processes of the distributed form take longer than one.</summary>
    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <exception cref="FormatException">An argument is not known or not a number.</exception>
    public static IngestSettings From(IReadOnlyList<string> args)
    {
        var arguments = new Arguments(args, Usage);
        return new IngestSettings
        {
            Servers = arguments.Names("--servers", StandaloneServer.Title, DistributedServer.Title, VictoriaMetricsServer.Title, PrometheusServer.Title),
            Rounds = arguments.Number("--rounds", 3),
            Series = arguments.Number("--series", 10_000),
            Batch = arguments.Number("--batch", 2_000),
            Connections = arguments.Number("--connections", 4),
            WarmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 3)),
            Duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 20)),
        };
    }
}
