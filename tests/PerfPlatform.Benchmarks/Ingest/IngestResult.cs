namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>What <c>artifacts/bench/ingest.json</c> holds.</summary>
internal sealed record IngestResult
{
    public required DateTimeOffset At { get; init; }

    public required string Server { get; init; }

    public required int Series { get; init; }

    public required int SamplesPerRequest { get; init; }

    public required int Connections { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Answered with 2xx.</summary>
    public required long Samples { get; init; }

    public required double SamplesPerSecond { get; init; }

    /// <summary>CPU seconds of the server with its child servers; null where they run elsewhere.</summary>
    public required double? CpuSecondsPerMillion { get; init; }

    public required IReadOnlyDictionary<string, double> CpuSecondsPerMillionByProgram { get; init; }

    /// <summary>Samples answered with 2xx, those of the warm-up too.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Samples that a query finds afterwards; null where the server is not ours.</summary>
    public required long? Stored { get; init; }

    public required double LatencyMsP50 { get; init; }

    public required double LatencyMsP99 { get; init; }

    public required int Refused { get; init; }

    public required string? LastRefusal { get; init; }
}
