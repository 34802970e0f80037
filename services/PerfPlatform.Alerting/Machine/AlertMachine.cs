namespace PerfPlatform.Alerting.Machine;

/// <summary>
/// The state machine of one alert: pending, firing, over. Pure: the caller brings time and value.
/// Hot: called for every group at every evaluation; nothing is allocated here. The slow, readable reference that it is held against is in the tests.
/// </summary>
public static class AlertMachine
{
    /// <summary>One step.</summary>
    /// <param name="status">What is remembered; changed in place.</param>
    /// <param name="conditions">The rule's.</param>
    /// <param name="now">The time of the evaluation; never before that of the step before.</param>
    /// <param name="value">The rule's value, NaN when there is none in the window.</param>
    /// <param name="stale">Whether no data has come for so long that nothing can be said.</param>
    public static AlertTransition Step(ref AlertStatus status, in AlertConditions conditions, long now, double value, bool stale)
    {
        if (double.IsNaN(value)) return stale ? WithoutData(ref status) : AlertTransition.None;
        switch (status.Phase)
        {
            case AlertPhase.Inactive:
                if (!conditions.Begins(value)) return AlertTransition.None;
                status.PendingSince = now;
                if (conditions.For == 0) return Fire(ref status, now);
                status.Phase = AlertPhase.Pending;
                return AlertTransition.Pending;

            case AlertPhase.Pending:
                if (!conditions.Begins(value)) return End(ref status, AlertTransition.Dropped);
                return now - status.PendingSince >= conditions.For ? Fire(ref status, now) : AlertTransition.None;

            default:
                if (conditions.GoesOn(value)) status.ClearSince = 0;
                else
                {
                    if (status.ClearSince == 0) status.ClearSince = now;
                    if (now - status.ClearSince >= conditions.KeepFiringFor) return End(ref status, AlertTransition.Resolved);
                }

                if (status.Phase == AlertPhase.Firing) return AlertTransition.None;
                status.Phase = AlertPhase.Firing;
                return AlertTransition.CameBack;
        }
    }

    private static AlertTransition WithoutData(ref AlertStatus status)
    {
        switch (status.Phase)
        {
            case AlertPhase.Pending:
                return End(ref status, AlertTransition.Dropped);
            case AlertPhase.Firing:
                status.Phase = AlertPhase.Unknown;
                status.ClearSince = 0;
                return AlertTransition.WentUnknown;
            default:
                return AlertTransition.None;
        }
    }

    private static AlertTransition Fire(ref AlertStatus status, long now)
    {
        status.Phase = AlertPhase.Firing;
        status.FiringSince = now;
        return AlertTransition.Fired;
    }

    private static AlertTransition End(ref AlertStatus status, AlertTransition transition)
    {
        status = default;
        return transition;
    }
}
