namespace PerfPlatform.Client.Metrics;

/// <summary>What <see cref="CustomPerformanceMetric.Validate"/> found.</summary>
/// <param name="Errors">Reasons why the metric cannot be used; empty when it can. At most some tens: one for each rule, test values are told by their first.</param>
/// <param name="Warnings">What looks like a mistake but may be meant.</param>
public sealed record MetricValidation(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether the metric can be used.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>All reasons in a line each.</summary>
    public override string ToString() => IsValid && Warnings.Count == 0
        ? "valid"
        : string.Join(Environment.NewLine, [.. Errors.Select(error => "error: " + error), .. Warnings.Select(warning => "warning: " + warning)]);
}
