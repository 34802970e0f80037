using System.Collections.Concurrent;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>Every component that is watched, and the answers about them.</summary>
public sealed class ComponentRegistry(TimeProvider clock) : IComponentHealth
{
    /// <summary>The most components.</summary>
    public const int MostComponents = 1000;

    private const int MostWorst = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, WatchedComponent> _components = new(StringComparer.Ordinal); // at most MostComponents

    /// <summary>All of them.</summary>
    public ICollection<WatchedComponent> All => _components.Values;

    /// <summary>Whether there is room for another.</summary>
    public bool IsFull => _components.Count >= MostComponents;

    /// <summary>One by name, or null.</summary>
    public WatchedComponent? Find(string name) => _components.GetValueOrDefault(name);

    /// <summary>One by name, or null. After a start nobody can say that there is none until the definitions were read.</summary>
    /// <exception cref="TimeoutException">They cannot be read now.</exception>
    public async Task<WatchedComponent?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (Find(name) is { } found) return found;
        await Volatile.Read(ref _loaded).Task.WaitAsync(Patience, clock, cancellationToken);
        return Find(name);
    }

    /// <summary>Forgets everything until it is read anew: another replica watches.</summary>
    public void Clear()
    {
        Volatile.Write(ref _loaded, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _components.Clear();
    }

    /// <summary>Says that the definitions were read.</summary>
    public void Loaded() => Volatile.Read(ref _loaded).TrySetResult();

    /// <summary>Takes a component in the place of one of the same name.</summary>
    public void Put(WatchedComponent component) => _components[component.Name] = component;

    /// <summary>Takes a component unless there is one of the same name.</summary>
    public bool TryAdd(WatchedComponent component) => _components.TryAdd(component.Name, component);

    /// <summary>Forgets a component.</summary>
    public bool Remove(string name) => _components.TryRemove(name, out _);

    /// <summary>What the API shows of one.</summary>
    public Component Show(WatchedComponent component) => component.ToComponent(
        RootCause.Of(component.Name, name => Find(name) is { } found ? (found.Status, found.Definition.DependsOn) : null), clock.GetUtcNow());

    /// <summary>Takes a check's result unless the component was replaced or removed meanwhile.</summary>
    public (ComponentStatus Before, ComponentStatus After)? Take(WatchedComponent component, ProbeResult result) =>
        ReferenceEquals(Find(component.Name), component) ? component.Take(result, clock.GetUtcNow()) : null;

    /// <inheritdoc />
    public Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Component>>([.. All.OrderBy(c => c.Name, StringComparer.Ordinal).Select(Show)]);

    /// <inheritdoc />
    public async Task<HealthSummary> SummaryAsync(CancellationToken cancellationToken)
    {
        var components = await ComponentsAsync(cancellationToken);
        int Count(ComponentStatus status) => components.Count(c => c.Status == status);
        return new HealthSummary(
            // The enum's order is the order of gravity.
            components.Count == 0 ? ComponentStatus.Unknown : components.Max(c => c.Status),
            new ComponentCounts(Count(ComponentStatus.Healthy), Count(ComponentStatus.Degraded), Count(ComponentStatus.Unhealthy), Count(ComponentStatus.Unknown)),
            [.. components.Where(c => c.Status != ComponentStatus.Healthy).OrderByDescending(c => c.Status).ThenBy(c => c.Since).Take(MostWorst)]);
    }
}
