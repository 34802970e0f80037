namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>One run of the load on one server.</summary>
internal sealed record IngestResult
{
    public required string Server { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Answered with 2xx.</summary>
    public required long Samples { get; init; }

    public required double SamplesPerSecond { get; init; }

    /// <summary>CPU seconds of all processes of the server.</summary>
    public required double CpuSecondsPerMillion { get; init; }

    public required IReadOnlyDictionary<string, double> CpuSecondsPerMillionByProgram { get; init; }

    /// <summary>Samples answered with 2xx, those of the warm-up too.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Samples that a query finds right afterwards.</summary>
    public required long Stored { get; init; }

    public required double LatencyMsP50 { get; init; }

    public required double LatencyMsP99 { get; init; }

    /// <summary>The memory of each program at ten moments of the load, bytes.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, long>> MemoryBytes { get; init; }

    /// <summary>The memory of each program after the load, bytes.</summary>
    public required IReadOnlyDictionary<string, long> MemoryBytesByProgram { get; init; }

    public required int Refused { get; init; }

    public required string? LastRefusal { get; init; }
}
