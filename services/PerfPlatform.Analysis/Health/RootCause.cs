using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>Finds the component that explains why another does not work: the unhealthy one at the end of its dependencies.</summary>
public static class RootCause
{
    /// <summary>
    /// The unhealthy component farthest along the dependencies, reached through unhealthy or degraded ones; of several the first by name. Null when
    /// nothing it needs is unhealthy. Each component is visited once, so circles end.
    /// </summary>
    public static string? Of(string name, Func<string, (ComponentStatus Status, IReadOnlyList<string> DependsOn)?> component)
    {
        if (component(name) is not { } start || start.Status is ComponentStatus.Healthy or ComponentStatus.Unknown) return null;
        var seen = new HashSet<string> { name }; // bounded by the number of components
        var layer = start.DependsOn;
        string? cause = null;
        while (layer.Count > 0)
        {
            var next = new List<string>();
            string? here = null;
            foreach (var needed in layer.Order(StringComparer.Ordinal))
            {
                if (!seen.Add(needed) || component(needed) is not { } found || found.Status is ComponentStatus.Healthy or ComponentStatus.Unknown) continue;
                if (found.Status == ComponentStatus.Unhealthy) here ??= needed;
                next.AddRange(found.DependsOn);
            }

            cause = here ?? cause;
            layer = next;
        }

        return cause;
    }
}
