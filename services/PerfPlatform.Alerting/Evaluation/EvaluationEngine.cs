using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>
/// Rules, samples and time in, changes of alerts out. Knows no clock, database or network; the evaluator, the backtest and the data tests
/// drive the same one. Hot: nothing is allocated a sample, and a group is judged once a second of its time at most, however many batches that second has.
/// Used by one thread at a time.
/// </summary>
public sealed class EvaluationEngine(EngineLimits limits)
{
    private const long SweepEvery = 60_000;

    // A sample's way to us: the second that it waits for has begun at its sender when ours has.
    private const long OnTheWay = 250;

    // Bounded by the rules that are kept.
    private readonly Dictionary<string, RuleState> _rules = [];
    private readonly Dictionary<string, Exception> _faults = [];
    private readonly SeriesBindings _bindings = new(limits);
    private readonly GroupJudge _judge = new(limits);

    // Emptied after every batch.
    private readonly List<RuleGroup> _dirty = [];
    private volatile Dictionary<string, RuleState> _told = [];
    private long _sweptAt;

    /// <summary>How many series are watched.</summary>
    public int WatchedSeries => _bindings.Count;

    /// <summary>How many series rules would watch, had they not reached a bound.</summary>
    public int UnwatchedSeries { get; private set; }

    /// <summary>How many alerts are pending, firing or unknown.</summary>
    public int ActiveAlerts { get; private set; }

    /// <summary>How many windows were computed since the start.</summary>
    public long ComputedWindows => _judge.Computed;

    /// <summary>The rules under evaluation.</summary>
    public IEnumerable<CompiledRule> Rules => _rules.Values.Select(s => s.Rule);

    /// <summary>What is watched for a rule, null when it is not evaluated. May be asked by any thread.</summary>
    public RuleWatch? WatchOf(string ruleId) => _told.TryGetValue(ruleId, out var state) ? state.Watch : null;

    /// <summary>The changes since the last call.</summary>
    public IReadOnlyList<AlertChange> TakeChanges() => _judge.TakeChanges();

    /// <summary>The rules that met an error of ours since the last call, each with the last one; the others went on.</summary>
    public IReadOnlyList<(string RuleId, Exception Fault)> TakeFaults()
    {
        if (_faults.Count == 0) return [];
        (string, Exception)[] taken = [.. _faults.Select(f => (f.Key, f.Value))];
        _faults.Clear();
        return taken;
    }

    /// <summary>Silence before this moment was ours, not the senders': absent rules count from here.</summary>
    public void ListenFrom(long now) => _judge.ListeningSince = now;

    /// <summary>Takes the rules that hold from now on. Alerts of rules that are gone or switched off are over.</summary>
    /// <returns>The rules whose windows must be filled from the store: new ones, and those that watch something else than before.</returns>
    public IReadOnlyList<CompiledRule> Apply(IReadOnlyList<AlertRule> rules, long now)
    {
        var fresh = new List<CompiledRule>();
        var enabled = rules.Where(r => r.Enabled).ToDictionary(r => r.Id);
        foreach (var gone in _rules.Where(r => !enabled.ContainsKey(r.Key)).ToList())
        {
            foreach (var group in gone.Value.Groups.Values) Guarded(group, static (judge, g, at) => judge.End(g, at, at), now);
            _rules.Remove(gone.Key);
        }

        foreach (var rule in enabled.Values)
        {
            if (Compile(rule) is not { } compiled) continue;
            if (_rules.TryGetValue(rule.Id, out var state) && compiled.HasShapeOf(state.Rule))
            {
                if (rule.Version != state.Rule.Rule.Version) Change(state, compiled, now);
                continue;
            }

            fresh.Add(compiled);
            var next = new RuleState(compiled);
            if (state is not null) Carry(state, next, now);
            _rules[rule.Id] = next;
        }

        _bindings.Apply(_rules.Values);
        _told = new Dictionary<string, RuleState>(_rules);
        return fresh;
    }

    /// <summary>Samples up to here were judged for single groups: what was found then is written and not to be found again. After <see cref="Apply"/>, before there are groups.</summary>
    public void JudgedBefore(IEnumerable<JudgedGroup> groups)
    {
        foreach (var group in groups)
        {
            if (_rules.TryGetValue(group.RuleId, out var state)) state.JudgedGroups[group.Fingerprint] = group.To;
        }
    }

    /// <summary>Goes on with alerts that were not over when the process stopped. After <see cref="Apply"/>.</summary>
    public void Restore(IEnumerable<ActiveAlert> alerts, long now)
    {
        foreach (var alert in alerts)
        {
            if (_rules.TryGetValue(alert.Alert.RuleId, out var state) && state.Group(alert.Group, limits.MaxGroupsPerRule) is { Status.Phase: AlertPhase.Inactive } group
                && group.Fingerprint == alert.Alert.Fingerprint)
            {
                group.Status = alert.Status;
                group.AlertId = Guid.Parse(alert.Alert.Id);
                group.Value = alert.Alert.Value;
                group.ValuedAt = now;

                // What is absent has been so since before it was pending.
                group.LastArrival = state.Rule.Absent ? Math.Max(1, alert.Status.PendingSince - state.Rule.Window) : now;
                ActiveAlerts++;
            }
            else
            {
                // Its rule is gone, switched off, or groups by other labels now.
                _judge.Add(new AlertChange(
                    alert.Alert.State == AlertState.Pending ? AlertTransition.Dropped : AlertTransition.Resolved,
                    alert.Alert with { State = AlertState.Resolved, ResolvedAt = DateTimeOffset.FromUnixTimeMilliseconds(now) },
                    alert.Group,
                    now));
            }
        }
    }

    /// <summary>Takes a batch in. When it holds ids that are not known yet, nothing is done, they are added to <paramref name="unknown"/>, and the answer is false.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="now">When it came.</param>
    /// <param name="unknown">Null: series that are not known are left out.</param>
    public bool OnBatch(SampleBatch batch, long now, ISet<int>? unknown)
    {
        if (batch.Epoch != Guid.Empty) _bindings.Enter(batch.Epoch);
        if (unknown is not null && !_bindings.AllKnown(batch, unknown)) return false;
        foreach (ref readonly var series in batch.Series)
        {
            if (_bindings.Find(series) is not { } watched) continue;
            Take(watched, batch.Times.Slice(series.Start, series.Count), batch.Values.Slice(series.Start, series.Count), now);
        }

        EvaluateDirty(now);
        return true;
    }

    /// <summary>Takes samples of a series whose labels are known, from the store or a test.</summary>
    public void OnSeries(string metric, LabelSet labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long now)
    {
        if (_bindings.Learn(0, metric, labels) is { } watched) Take(watched, times, values, now);
    }

    /// <summary>Tells absent rules whom to miss: a series and its newest sample in the store.</summary>
    /// <param name="metric">Its metric.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="time">The time of the sample.</param>
    /// <param name="watchedTo">Up to where silence was watched before; what was silent then and has no alert is imported history or forgotten.</param>
    /// <param name="now">Now.</param>
    public void OnLastSeen(string metric, LabelSet labels, long time, long watchedTo, long now)
    {
        if (_bindings.Learn(0, metric, labels) is not { } watched) return;
        foreach (var binding in watched.Bindings)
        {
            var (group, rule) = (binding.Group, binding.Group.State.Rule);
            if (!rule.Absent) continue;
            var fires = group.Status.Phase >= AlertPhase.Firing;
            if (fires ? time > watchedTo : watchedTo - time <= rule.Patience) group.LastArrival = Math.Max(group.LastArrival, Math.Min(time, now));
        }
    }

    /// <summary>Samples of a rule up to this time only fill its windows: they were judged before.</summary>
    public void EvaluateAfter(string ruleId, long time)
    {
        if (!_rules.TryGetValue(ruleId, out var state)) return;
        state.EvaluatedTo = time;
        foreach (var group in state.Groups.Values) group.JudgedTo = Math.Max(group.JudgedTo, time);
    }

    /// <summary>Evaluates what has come by <see cref="OnSeries"/>.</summary>
    public void EvaluateDirty(long now)
    {
        foreach (var group in _dirty)
        {
            group.IsDirty = false;
            if (group.State.Rule.Absent) Judge(group, now, now);
            else Follow(group, now);
        }

        _dirty.Clear();
    }

    /// <summary>Takes the registry's answer.</summary>
    public void OnResolved(SeriesResolution resolution)
    {
        _bindings.Enter(resolution.Epoch);
        foreach (var series in resolution.Series) _bindings.Learn(series.Id, series.Metric, series.Labels);
    }

    /// <summary>Lets time pass: samples that wait, alerts that are not over, and silence are judged without new data. Once a second.</summary>
    public void Tick(long now)
    {
        var (active, unwatched) = (0, 0);
        foreach (var state in _rules.Values)
        {
            foreach (var group in state.Groups.Values)
            {
                if (IsJudgedByTime(group, now))
                {
                    Judge(group, state.Rule.Absent ? now : Math.Max(group.Clock(now), NextSecond(group.EvaluatedAt)), now);
                    group.IsWaiting = false;
                }

                if (group.Status.Phase == AlertPhase.Inactive) continue;
                active++;
                if (now - group.LastArrival > limits.ForgetAfter && !state.Rule.Absent) Guarded(group, static (judge, g, at) => judge.End(g, at, at), now);
                else if (now - group.RefreshedAt >= limits.RefreshEvery) Guarded(group, static (judge, g, at) => judge.Refresh(g, at), now);
            }

            unwatched += state.Unwatched;
            state.Tell();
        }

        (ActiveAlerts, UnwatchedSeries) = (active, unwatched);
        if (now - _sweptAt < SweepEvery) return;
        _sweptAt = now;
        Sweep(now);
    }

    private static long NextSecond(long time) => (time - (time % 1000)) + 1000;

    /// <summary>Whether something can change without new data. An alert from before the start waits for the first sample, which brings its host's clock.</summary>
    private bool IsJudgedByTime(RuleGroup group, long now)
    {
        if (group.State.Rule.Absent) return true;
        if (group.LastSampleAt == 0) return group.Status.Phase != AlertPhase.Inactive && group.IsStale(now, limits.StaleAfter);
        return (group.IsWaiting || group.Status.Phase != AlertPhase.Inactive) && group.Clock(now) + OnTheWay >= NextSecond(group.EvaluatedAt);
    }

    private void Take(WatchedSeries watched, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long now)
    {
        if (times.IsEmpty) return;
        var newest = times[0];
        foreach (var time in times) newest = Math.Max(newest, time);
        watched.Met(newest, now);
        foreach (var binding in watched.Bindings)
        {
            var group = binding.Group;
            if (group.State.Rule.Absent)
            {
                if (now - newest <= group.State.Rule.Patience) group.LastArrival = now;
            }
            else
            {
                binding.Lead = watched.Lead;
                for (var i = 0; i < times.Length; i++)
                {
                    binding.Window.Add(times[i], values[i]);
                    group.Arrived(times[i] - watched.Lead, now);
                }
            }

            if (group.IsDirty) continue;
            group.IsDirty = true;
            _dirty.Add(group);
        }
    }

    /// <summary>Judges at the times of the new samples, once a second, so that a backlog is judged as it would have been when live.</summary>
    private void Follow(RuleGroup group, long now)
    {
        var last = group.LastSampleAt;
        if (group.ValuedAt == 0) group.ValuedAt = now;
        if (last < NextSecond(group.EvaluatedAt))
        {
            // The second was judged already, or they came late: time does not go back.
            group.IsWaiting = true;
            return;
        }

        group.IsWaiting = false;
        var at = Math.Max(group.EvaluatedAt, group.JudgedTo);
        while ((at = NextSample(group, NextSecond(at))) < last) Judge(group, at, now);
        Judge(group, last, now);
        group.EvaluatedAt = last;
        var old = group.EvaluatedAt - group.State.Rule.Window;
        foreach (var series in group.Series) series.Window.Trim(old + series.Lead);
    }

    private static long NextSample(RuleGroup group, long from)
    {
        var next = long.MaxValue;
        foreach (var series in group.Series)
        {
            var first = series.Window.FirstAfter(from - 1 + series.Lead);
            if (first < series.Window.Count) next = Math.Min(next, series.Window.Times[first] - series.Lead);
        }

        return next;
    }

    private void Judge(RuleGroup group, long at, long now)
    {
        try
        {
            _judge.Judge(group, at, now);
        }
        catch (Exception e)
        {
            // One rule must not silence the others.
            _faults[group.State.Rule.Rule.Id] = e;
        }
    }

    private CompiledRule? Compile(AlertRule rule)
    {
        try
        {
            return new CompiledRule(rule);
        }
        catch (Exception e)
        {
            _faults[rule.Id] = e;
            return null;
        }
    }

    private void Guarded(RuleGroup group, Action<GroupJudge, RuleGroup, long> work, long now)
    {
        try
        {
            work(_judge, group, now);
        }
        catch (Exception e)
        {
            _faults[group.State.Rule.Rule.Id] = e;
        }
    }

    /// <summary>The rule has another threshold, name or severity and watches the same: it is looked at at once, and its alerts are told in their new form.</summary>
    private void Change(RuleState state, CompiledRule rule, long now)
    {
        state.Rule = rule;
        foreach (var group in state.Groups.Values)
        {
            foreach (var series in group.Series) series.Forget();
            var at = rule.Absent ? now : group.Clock(now);
            if (rule.Absent || group.LastSampleAt != 0) Judge(group, Math.Max(at, group.EvaluatedAt), now);
            if (group.Status.Phase != AlertPhase.Inactive) Guarded(group, static (judge, g, time) => judge.Refresh(g, time), now);
        }
    }

    /// <summary>The rule watches something else now: alerts of groups that stay go on, and their windows are filled anew.</summary>
    private void Carry(RuleState old, RuleState next, long now)
    {
        foreach (var group in old.Groups.Values)
        {
            if (group.Status.Phase == AlertPhase.Inactive) continue;
            if (next.Rule.Rule.Kind != old.Rule.Rule.Kind || next.Rule.Rule.Metric != old.Rule.Rule.Metric || !next.Rule.HasGroupsOf(old.Rule))
            {
                Guarded(group, static (judge, g, at) => judge.End(g, at, at), now);
                continue;
            }

            var carried = next.Group(group.Labels, limits.MaxGroupsPerRule)!;
            (carried.Status, carried.AlertId, carried.Value, carried.ValuedAt) = (group.Status, group.AlertId, group.Value, now);
            carried.LastArrival = next.Rule.Absent ? group.LastArrival : now;
        }
    }

    /// <summary>Forgets groups and series without data, so that hosts that come and go cost nothing for ever; what fires stays, within the bound of its rule's groups.</summary>
    private void Sweep(long now)
    {
        var (removed, hasRoom) = (false, false);
        foreach (var state in _rules.Values)
        {
            var keep = state.Rule.Absent ? limits.ForgetAfter : state.Rule.Window + limits.StaleAfter;
            foreach (var group in state.Groups.Values)
            {
                if (group.Status.Phase != AlertPhase.Inactive || now - group.LastArrival <= Math.Max(keep, 5 * group.Interval)) continue;
                state.Remove(group);
                removed = true;
                hasRoom |= UnwatchedSeries > 0;
            }
        }

        if (hasRoom) _bindings.Apply(_rules.Values); // series that were refused are asked for again
        else if (removed) _bindings.Sweep();
    }
}
