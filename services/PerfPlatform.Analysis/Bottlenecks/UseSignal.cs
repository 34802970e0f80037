using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>One metric that answers one question about one resource, and where its values begin to press and press fully.</summary>
public sealed record UseSignal
{
    /// <summary>The resource.</summary>
    public required ResourceKind Resource { get; init; }

    /// <summary>The question.</summary>
    public required UseAspect Aspect { get; init; }

    /// <summary>The metric's name.</summary>
    public required string Metric { get; init; }

    /// <summary>What a reader calls it, with <c>{0}</c> for the value.</summary>
    public required string Phrase { get; init; }

    /// <summary>The unit of the value: <c>1</c> for a part of one, empty for a plain number, <c>/s</c> for a rate.</summary>
    public required string Unit { get; init; }

    /// <summary>From here on it presses.</summary>
    public required double Low { get; init; }

    /// <summary>From here on it presses fully.</summary>
    public required double High { get; init; }

    /// <summary>How much a fully pressing signal says by itself, 0 to 1: a busy resource without a queue may be well used, not short.</summary>
    public required double Weight { get; init; }

    /// <summary>Label filters of the series.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    /// <summary>The label that names the device, null for one a host.</summary>
    public string? Device { get; init; }

    /// <summary>Applied to the raw series, for counters.</summary>
    public SeriesFunction? Function { get; init; }

    /// <summary>A metric of the same host that the value is divided by, or null.</summary>
    public string? Per { get; init; }

    /// <summary>0 to 1: how much a value presses.</summary>
    public double Pressure(double value) => double.IsNaN(value) ? 0 : Weight * Math.Clamp((value - Low) / (High - Low), 0, 1);
}
