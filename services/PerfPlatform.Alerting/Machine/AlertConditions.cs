using PerfPlatform.Alerting.Rules;

namespace PerfPlatform.Alerting.Machine;

/// <summary>What the machine needs of a rule. Durations in milliseconds.</summary>
public readonly record struct AlertConditions(Comparison Comparison, double Threshold, double ResolveThreshold, long For, long KeepFiringFor)
{
    /// <summary>Whether the value makes the alert begin.</summary>
    public bool Begins(double value) => Comparison.Holds(value, Threshold);

    /// <summary>Whether the value keeps a firing alert going: it must pass back over the resolve threshold to end it.</summary>
    public bool GoesOn(double value) => Comparison.Holds(value, ResolveThreshold);
}
