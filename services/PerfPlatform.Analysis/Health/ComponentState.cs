using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>
/// The status of a component with its inertia: one failed check of a healthy component makes it degraded, the second unhealthy;
/// an unhealthy one needs two good checks to be healthy, so that one lucky answer does not end an incident. A certain result is taken at once. Immutable.
/// </summary>
/// <param name="Status">Now.</param>
/// <param name="Since">Since when.</param>
/// <param name="Last">The last check, or null before the first.</param>
/// <param name="LastChecked">When that was.</param>
/// <param name="Streak">How many checks in a row said the same.</param>
public sealed record ComponentState(ComponentStatus Status, DateTimeOffset Since, ProbeResult? Last, DateTimeOffset? LastChecked, int Streak)
{
    /// <summary>How many checks in a row it takes.</summary>
    public const int Confirmations = 2;

    /// <summary>Before the first check.</summary>
    public static ComponentState New(DateTimeOffset now) => new(ComponentStatus.Unknown, now, null, null, 0);

    /// <summary>The state after a check.</summary>
    public ComponentState After(ProbeResult result, DateTimeOffset now)
    {
        var streak = Last?.Status == result.Status ? Streak + 1 : 1;
        var next = result.IsCertain ? result.Status : Next(result.Status, streak);
        return new ComponentState(next, next == Status ? Since : now, result, now, Math.Min(streak, 1_000_000));
    }

    private ComponentStatus Next(ComponentStatus found, int streak) => (Status, found) switch
    {
        // The first word is taken as it comes.
        (ComponentStatus.Unknown, _) => found,
        (_, ComponentStatus.Unknown) => streak >= Confirmations ? ComponentStatus.Unknown : Status,
        (ComponentStatus.Unhealthy, ComponentStatus.Unhealthy) => ComponentStatus.Unhealthy,
        (_, ComponentStatus.Unhealthy) => streak >= Confirmations ? ComponentStatus.Unhealthy : ComponentStatus.Degraded,
        (ComponentStatus.Unhealthy, _) => streak >= Confirmations ? found : ComponentStatus.Unhealthy,
        (ComponentStatus.Healthy, ComponentStatus.Degraded) => streak >= Confirmations ? ComponentStatus.Degraded : ComponentStatus.Healthy,
        _ => found,
    };
}
