namespace PerfPlatform.Contracts.Hosts;

/// <summary>How a signal is had from the metrics of one collector: (<see cref="Offset"/> + the sum of <see cref="Plus"/>) / the sum of <see cref="Per"/>.</summary>
public sealed record SignalSource
{
    /// <summary>Whose metrics they are.</summary>
    public required HostCollector Collector { get; init; }

    /// <summary>A constant.</summary>
    public double Offset { get; init; }

    /// <summary>What is added up.</summary>
    public required IReadOnlyList<SignalTerm> Plus { get; init; }

    /// <summary>What the sum is divided by; none: nothing.</summary>
    public IReadOnlyList<SignalTerm> Per { get; init; } = [];

    /// <summary>The label that names the device; null for one a host.</summary>
    public string? Device { get; init; }

    /// <summary>Whether it is one query without arithmetic.</summary>
    public bool IsPlain => Offset == 0 && Per.Count == 0 && Plus is [{ Weight: 1 }];
}
