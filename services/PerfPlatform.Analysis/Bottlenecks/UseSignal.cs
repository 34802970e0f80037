using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>One signal that answers one question about one resource, and where its values begin to press and press fully.</summary>
public sealed record UseSignal
{
    /// <summary>The resource.</summary>
    public required ResourceKind Resource { get; init; }

    /// <summary>The question.</summary>
    public required UseAspect Aspect { get; init; }

    /// <summary>What is measured, whoever measures it.</summary>
    public required HostSignal Signal { get; init; }

    /// <summary>What a reader calls it, with <c>{0}</c> for the value.</summary>
    public required string Phrase { get; init; }

    /// <summary>The unit of the value: <c>1</c> for a part of one, empty for a plain number, <c>/s</c> for a rate.</summary>
    public string Unit => HostSignals.Unit(Signal);

    /// <summary>From here on it presses.</summary>
    public required double Low { get; init; }

    /// <summary>From here on it presses fully.</summary>
    public required double High { get; init; }

    /// <summary>How much a fully pressing signal says by itself, 0 to 1: a busy resource without a queue may be well used, not short.</summary>
    public required double Weight { get; init; }

    /// <summary>Whether each device is a resource of its own.</summary>
    public bool ByDevice { get; init; }

    /// <summary>0 to 1: how much a value presses.</summary>
    public double Pressure(double value) => double.IsNaN(value) ? 0 : Weight * Math.Clamp((value - Low) / (High - Low), 0, 1);
}
