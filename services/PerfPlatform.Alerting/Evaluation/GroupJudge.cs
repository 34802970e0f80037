using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Machine;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>Judges groups and gathers what happened to their alerts. Hot.</summary>
public sealed class GroupJudge(EngineLimits limits)
{
    private readonly GroupCalculator _calculator = new();

    // Emptied after every batch and every tick.
    private readonly List<AlertChange> _changes = [];

    /// <summary>Silence before this moment was ours, not the senders', Unix milliseconds.</summary>
    public long ListeningSince { get; set; }

    /// <summary>How many windows were computed.</summary>
    public long Computed => _calculator.Computed;

    /// <summary>The changes since the last call.</summary>
    public IReadOnlyList<AlertChange> TakeChanges()
    {
        if (_changes.Count == 0) return [];
        AlertChange[] taken = [.. _changes];
        _changes.Clear();
        return taken;
    }

    /// <summary>Adds what became of an alert that has no group any more.</summary>
    public void Add(AlertChange change) => _changes.Add(change);

    /// <summary>Judges a group at a time. It is evaluated up to there when there was something to say: samples that come later can still say it.</summary>
    public void Judge(RuleGroup group, long at, long now)
    {
        if (at < group.EvaluatedAt || at <= 0) return;
        if (group.State.Rule.Absent)
        {
            group.EvaluatedAt = at;
            JudgeSilence(group, now);
        }
        else
        {
            JudgeValue(group, at, now);
        }
    }

    /// <summary>Ends the alert of a group.</summary>
    public void End(RuleGroup group, long at, long now)
    {
        if (group.Status.Phase == AlertPhase.Inactive) return;
        var before = group.Status;
        group.Status = default;
        Report(group, before.Phase == AlertPhase.Pending ? AlertTransition.Dropped : AlertTransition.Resolved, before, at, now);
    }

    /// <summary>Writes the alert of a group again, for its newer value.</summary>
    public void Refresh(RuleGroup group, long now) => Report(group, AlertTransition.None, group.Status, group.EvaluatedAt, now);

    private void JudgeValue(RuleGroup group, long at, long now)
    {
        var value = _calculator.ValueOf(group, at);

        // What came late may lie in the window of the last evaluation alone.
        if (double.IsNaN(value) && group.IsWaiting) value = _calculator.ValueOf(group, at = group.EvaluatedAt);
        var isStale = group.IsStale(now, limits.StaleAfter);
        if (!double.IsNaN(value)) (group.Value, group.ValuedAt, group.EvaluatedAt) = (value, now, at);
        else if (!isStale && group.IsVoid(now, limits.StaleAfter))
        {
            // Data comes and says nothing: nobody can wait for more.
            End(group, at, now);
            return;
        }

        Step(group, at, value, isStale, now);
    }

    private void JudgeSilence(RuleGroup group, long now)
    {
        if (group.LastArrival == 0) return;

        // What fires goes on until a sample comes, also over a restart; before it fires, only silence that we heard counts.
        var since = group.Status.Phase >= AlertPhase.Firing ? group.LastArrival : Math.Max(group.LastArrival, ListeningSince);
        var silence = (now - since) / 1000.0;
        group.Value = silence;
        Step(group, now, silence, isStale: false, now);
    }

    private void Step(RuleGroup group, long at, double value, bool isStale, long now)
    {
        var before = group.Status;
        var transition = AlertMachine.Step(ref group.Status, group.State.Rule.Conditions, at, value, isStale);
        if (transition != AlertTransition.None) Report(group, transition, before, at, now);
    }

    private void Report(RuleGroup group, AlertTransition transition, in AlertStatus before, long at, long now)
    {
        if (group.AlertId == Guid.Empty) group.AlertId = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at));
        var ended = transition is AlertTransition.Dropped or AlertTransition.Resolved;
        var status = ended ? before : group.Status;
        group.RefreshedAt = now;
        _changes.Add(new AlertChange(transition, AlertSnapshot.Of(group, status, ended ? at : 0), group.Labels, at));
        if (ended) group.AlertId = Guid.Empty;
    }
}
