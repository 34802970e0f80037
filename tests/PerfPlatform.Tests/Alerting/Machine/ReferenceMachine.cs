using PerfPlatform.Alerting.Machine;

namespace PerfPlatform.Tests.Alerting.Machine;

/// <summary>
/// What an alert must do, told over the whole history at every step: slow, and close to how a person would say it.
/// An occurrence is the steps since the last end; each question looks back over them.
/// </summary>
internal sealed class ReferenceMachine(AlertConditions conditions)
{
    private readonly List<(long At, double Value, bool Stale)> _occurrence = [];

    public AlertPhase Phase { get; private set; }

    public AlertTransition Step(long at, double value, bool stale)
    {
        var before = Phase;
        _occurrence.Add((at, value, stale));
        Phase = Judge();
        if (Phase == AlertPhase.Inactive) _occurrence.Clear();
        return (before, Phase) switch
        {
            (AlertPhase.Inactive, AlertPhase.Pending) => AlertTransition.Pending,
            (AlertPhase.Inactive or AlertPhase.Pending, AlertPhase.Firing) => AlertTransition.Fired,
            (AlertPhase.Pending, AlertPhase.Inactive) => AlertTransition.Dropped,
            (AlertPhase.Firing or AlertPhase.Unknown, AlertPhase.Inactive) => AlertTransition.Resolved,
            (AlertPhase.Firing, AlertPhase.Unknown) => AlertTransition.WentUnknown,
            (AlertPhase.Unknown, AlertPhase.Firing) => AlertTransition.CameBack,
            _ => AlertTransition.None,
        };
    }

    private AlertPhase Judge()
    {
        var (now, value, stale) = _occurrence[^1];
        var told = _occurrence.Where(s => !double.IsNaN(s.Value)).ToList();
        if (told.Count == 0) return AlertPhase.Inactive;
        var fired = FiredAt(told);
        if (double.IsNaN(value))
        {
            if (!stale) return Phase;
            return fired is null ? AlertPhase.Inactive : AlertPhase.Unknown;
        }

        if (fired is null) return conditions.Begins(value) ? AlertPhase.Pending : AlertPhase.Inactive;
        if (conditions.GoesOn(value)) return AlertPhase.Firing;
        // Since when nothing but good values came; a time that nothing could be said begins it anew.
        var since = now;
        for (var i = _occurrence.Count - 1; i >= 0 && _occurrence[i].At >= fired; i--)
        {
            var (at, one, gone) = _occurrence[i];
            if (double.IsNaN(one) ? gone : conditions.GoesOn(one)) break;
            if (!double.IsNaN(one)) since = at;
        }

        return now - since >= conditions.KeepFiringFor ? AlertPhase.Inactive : AlertPhase.Firing;
    }

    private long? FiredAt(List<(long At, double Value, bool Stale)> told)
    {
        foreach (var (at, value, _) in told)
        {
            if (!conditions.Begins(value)) return null;
            if (at - told[0].At >= conditions.For) return at;
        }

        return null;
    }
}
