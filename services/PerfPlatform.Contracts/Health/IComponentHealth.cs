namespace PerfPlatform.Contracts.Health;

/// <summary>The health of components. In the process of Analysis the checker itself, elsewhere a typed HTTP client.</summary>
public interface IComponentHealth
{
    /// <summary>All in one answer.</summary>
    Task<HealthSummary> SummaryAsync(CancellationToken cancellationToken);

    /// <summary>Every component, by name; at most 1,000.</summary>
    Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken);
}
