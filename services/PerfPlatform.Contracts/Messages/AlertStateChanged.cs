using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Contracts.Messages;

/// <summary>An alert went from one state to another. The alert as it is after the change.</summary>
public sealed record AlertStateChanged
{
    /// <summary>The alert as it now is.</summary>
    public required Alert Alert { get; init; }
}
