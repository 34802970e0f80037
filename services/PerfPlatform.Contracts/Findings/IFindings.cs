using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Findings;

/// <summary>What to analyse.</summary>
public sealed record FindingRequest
{
    /// <summary>The metric, where the kind needs one.</summary>
    public string? Metric { get; init; }

    /// <summary>Label filters.</summary>
    public IReadOnlyList<LabelMatcher> Match { get; init; } = [];

    /// <summary>Only this host, by the name that its collector gives it; null for all.</summary>
    public string? Host { get; init; }

    /// <summary>The start of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Its end.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How far to look ahead, for forecasts; null: a day.</summary>
    public TimeSpan? Horizon { get; init; }
}

/// <summary>What analysis finds. In the process of Analysis the analysers themselves, elsewhere a typed HTTP client.</summary>
public interface IFindings
{
    /// <summary>The findings of a kind.</summary>
    /// <exception cref="QueryException">The kind needs something that is missing, or is not computed by this version.</exception>
    Task<IReadOnlyList<Finding>> FindAsync(FindingKind kind, FindingRequest request, CancellationToken cancellationToken);
}
