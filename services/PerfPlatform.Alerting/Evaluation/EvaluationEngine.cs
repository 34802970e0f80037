using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>
/// Rules, samples and time in, changes of alerts out. Knows no clock, database or network; the evaluator, the backtest and the data tests
/// drive the same one. Hot: nothing is allocated a sample. Used by one thread at a time.
/// </summary>
public sealed class EvaluationEngine(EngineLimits limits)
{
    private const long SweepEvery = 60_000;

    // Bounded by the rules that are kept.
    private readonly Dictionary<string, RuleState> _rules = [];
    private readonly Dictionary<string, List<(RuleState State, bool IsDivisor)>> _byMetric = [];
    private readonly SeriesIndex _index = new();
    private readonly WindowCalculator _calculator = new();

    // Both are emptied after every batch and every tick.
    private readonly List<RuleGroup> _dirty = [];
    private readonly List<AlertChange> _changes = [];

    private long _listeningSince;
    private long _sweptAt;

    /// <summary>How many series are watched.</summary>
    public int WatchedSeries => _index.Count;

    /// <summary>How many alerts are pending, firing or unknown.</summary>
    public int ActiveAlerts { get; private set; }

    /// <summary>The rules under evaluation.</summary>
    public IEnumerable<CompiledRule> Rules => _rules.Values.Select(s => s.Rule);

    /// <summary>The changes since the last call.</summary>
    public IReadOnlyList<AlertChange> TakeChanges()
    {
        if (_changes.Count == 0) return [];
        AlertChange[] taken = [.. _changes];
        _changes.Clear();
        return taken;
    }

    /// <summary>Silence before this moment was ours, not the senders': absent rules count from here.</summary>
    public void ListenFrom(long now) => _listeningSince = now;

    /// <summary>Takes the rules that hold from now on. Alerts of rules that are gone or switched off are over.</summary>
    /// <returns>The rules whose windows must be filled from the store: new ones, and those that watch something else than before.</returns>
    public IReadOnlyList<CompiledRule> Apply(IReadOnlyList<AlertRule> rules, long now)
    {
        var fresh = new List<CompiledRule>();
        var enabled = rules.Where(r => r.Enabled).ToDictionary(r => r.Id);
        foreach (var gone in _rules.Where(r => !enabled.ContainsKey(r.Key)).ToList())
        {
            foreach (var group in gone.Value.Groups.Values) Over(group, now);
            _rules.Remove(gone.Key);
        }

        foreach (var rule in enabled.Values)
        {
            var compiled = new CompiledRule(rule);
            if (_rules.TryGetValue(rule.Id, out var state) && compiled.HasShapeOf(state.Rule))
            {
                state.Rule = compiled;
                continue;
            }

            fresh.Add(compiled);
            var next = new RuleState(compiled);
            if (state is not null) Carry(state, next, now);
            _rules[rule.Id] = next;
        }

        Reindex();
        return fresh;
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
                group.LastArrival = now;
                ActiveAlerts++;
            }
            else
            {
                // Its rule is gone, switched off, or groups by other labels now.
                _changes.Add(new AlertChange(
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
        if (batch.Epoch != Guid.Empty && batch.Epoch != _index.Epoch) _index.Enter(batch.Epoch);
        if (unknown is not null && !AllKnown(batch, unknown)) return false;
        foreach (ref readonly var series in batch.Series)
        {
            if (series.Id > 0 && _index.IsIgnored(series.Id)) continue;
            var watched = series.Id > 0 ? _index.ById(series.Id) : null;
            if (watched is null)
            {
                if (series.Descriptor is not { } descriptor) continue;
                watched = Learn(series.Id, descriptor.Fingerprint, descriptor.Metric.Value, descriptor.Labels);
                if (watched is null) continue;
            }

            Take(watched, batch.Times.Slice(series.Start, series.Count), batch.Values.Slice(series.Start, series.Count), now);
        }

        EvaluateDirty(now);
        return true;
    }

    /// <summary>Takes samples of a series whose labels are known, from the store or a test.</summary>
    public void OnSeries(string metric, LabelSet labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long now)
    {
        var fingerprint = Fingerprint.Of(MetricName.Parse(metric), labels);
        if (Learn(0, fingerprint, metric, labels) is { } watched) Take(watched, times, values, now);
    }

    /// <summary>Samples of a rule up to this time only fill its windows: they were judged before.</summary>
    public void EvaluateAfter(string ruleId, long time)
    {
        if (!_rules.TryGetValue(ruleId, out var state)) return;
        state.EvaluatedTo = time;
        foreach (var group in state.Groups.Values) group.EvaluatedAt = Math.Max(group.EvaluatedAt, time);
    }

    /// <summary>Evaluates what has come by <see cref="OnSeries"/>.</summary>
    public void EvaluateDirty(long now)
    {
        foreach (var group in _dirty)
        {
            group.IsDirty = false;
            if (group.State.Rule.Absent) Evaluate(group, now, now);
            else Follow(group, now);
        }

        _dirty.Clear();
    }

    /// <summary>Takes the registry's answer.</summary>
    public void OnResolved(SeriesResolution resolution)
    {
        if (resolution.Epoch != _index.Epoch) _index.Enter(resolution.Epoch);
        foreach (var series in resolution.Series)
        {
            Learn(series.Id, Fingerprint.Of(MetricName.Parse(series.Metric), series.Labels), series.Metric, series.Labels);
        }
    }

    /// <summary>Lets time pass: alerts that are not over, and silence, are judged without new data. Once a second.</summary>
    public void Tick(long now)
    {
        var active = 0;
        foreach (var state in _rules.Values)
        {
            foreach (var group in state.Groups.Values)
            {
                if (IsJudgedByTime(group, now)) Evaluate(group, state.Rule.Absent ? now : group.Clock(now), now);
                if (group.Status.Phase == AlertPhase.Inactive) continue;
                active++;
                if (now - group.LastArrival > limits.ForgetAfter && !state.Rule.Absent) Over(group, now);
                else if (now - group.RefreshedAt >= limits.RefreshEvery) Report(group, AlertTransition.None, group.Status, group.EvaluatedAt, now);
            }
        }

        ActiveAlerts = active;
        if (now - _sweptAt < SweepEvery) return;
        _sweptAt = now;
        Sweep(now);
    }

    /// <summary>Whether something can change without new data. An alert from before the start waits for the first sample, which brings its host's clock.</summary>
    private bool IsJudgedByTime(RuleGroup group, long now)
    {
        if (group.State.Rule.Absent) return true;
        return group.Status.Phase != AlertPhase.Inactive && (group.LastSampleAt != 0 || group.IsStale(now, limits.StaleAfter));
    }

    private bool AllKnown(SampleBatch batch, ISet<int> unknown)
    {
        var known = true;
        foreach (ref readonly var series in batch.Series)
        {
            if (series.Id <= 0 || series.Descriptor is not null || _index.IsIgnored(series.Id) || _index.ById(series.Id) is not null) continue;
            unknown.Add(series.Id);
            known = false;
        }

        return known;
    }

    private WatchedSeries? Learn(int id, Fingerprint fingerprint, string metric, LabelSet labels)
    {
        var watched = _index.ByFingerprint(fingerprint) ?? Match(fingerprint, metric, labels);
        if (watched is not null) _index.Watch(id, watched);
        else if (id > 0) _index.Ignore(id);
        return watched;
    }

    private WatchedSeries? Match(Fingerprint fingerprint, string metric, LabelSet labels)
    {
        if (_index.Count >= limits.MaxSeries || !_byMetric.TryGetValue(metric, out var rules)) return null;
        List<GroupSeries>? bindings = null;
        foreach (var (state, isDivisor) in rules)
        {
            if (!(isDivisor ? state.Rule.Divisor! : state.Rule.Selector).Matches(metric, labels)) continue;
            if (state.Group(state.Rule.GroupOf(labels), limits.MaxGroupsPerRule) is not { } group) continue;
            var series = group.Series.Find(s => s.Fingerprint == fingerprint && s.IsDivisor == isDivisor);
            if (series is null) group.Series.Add(series = new GroupSeries(group, fingerprint, isDivisor));
            (bindings ??= []).Add(series);
        }

        return bindings is null ? null : new WatchedSeries(fingerprint, bindings);
    }

    private void Take(WatchedSeries watched, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long now)
    {
        foreach (var binding in watched.Bindings)
        {
            var group = binding.Group;
            for (var i = 0; i < times.Length; i++)
            {
                binding.Window.Add(times[i], values[i]);
                group.Arrived(times[i], now);
            }

            if (group.IsDirty) continue;
            group.IsDirty = true;
            _dirty.Add(group);
        }
    }

    /// <summary>Evaluates at the times of the new samples, at least a second apart, so that a backlog is judged as it would have been when live.</summary>
    private void Follow(RuleGroup group, long now)
    {
        // Samples that come late are judged now: time does not go back.
        var last = Math.Max(Math.Min(group.LastSampleAt, now), group.EvaluatedAt);
        var at = group.EvaluatedAt;
        while (true)
        {
            var next = long.MaxValue;
            foreach (var series in group.Series)
            {
                var first = series.Window.FirstAfter(at == 0 ? long.MinValue : at + 999);
                if (first < series.Window.Count) next = Math.Min(next, series.Window.Times[first]);
            }

            if (next >= last) break;
            at = next;
            Evaluate(group, at, now);
        }

        Evaluate(group, last, now);
        var old = group.EvaluatedAt - group.State.Rule.Window;
        foreach (var series in group.Series) series.Window.Trim(old);
    }

    private void Evaluate(RuleGroup group, long at, long now)
    {
        if (at < group.EvaluatedAt || at <= 0) return;
        group.EvaluatedAt = at;
        var rule = group.State.Rule;
        if (rule.Absent && group.LastArrival == 0) return;
        var value = rule.Absent ? (now - Math.Max(group.LastArrival, _listeningSince)) / 1000.0 : ValueOf(group, rule, at);
        if (!double.IsNaN(value)) group.Value = value;
        if (rule.Absent && now - group.LastArrival > limits.ForgetAfter)
        {
            Over(group, now);
            return;
        }

        var before = group.Status;
        var transition = AlertMachine.Step(ref group.Status, rule.Conditions, at, value, group.IsStale(now, limits.StaleAfter));
        if (transition != AlertTransition.None) Report(group, transition, before, at, now);
    }

    private double ValueOf(RuleGroup group, CompiledRule rule, long at)
    {
        var value = new GroupReduction(rule.Reduction);
        var divisor = new GroupReduction(rule.Reduction);
        foreach (var series in group.Series)
        {
            var one = _calculator.Compute(series.Window, rule.Rule.Agg, series.IsDivisor ? null : rule.Rule.Fn, rule.Rule.Target ?? 0, at - rule.Window, at);
            if (series.IsDivisor) divisor.Add(one);
            else value.Add(one);
        }

        if (rule.Divisor is null) return value.Value;
        return divisor.Value == 0 ? double.NaN : value.Value / divisor.Value;
    }

    private void Over(RuleGroup group, long now)
    {
        if (group.Status.Phase == AlertPhase.Inactive) return;
        var before = group.Status;
        group.Status = default;
        Report(group, before.Phase == AlertPhase.Pending ? AlertTransition.Dropped : AlertTransition.Resolved, before, now, now);
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

    /// <summary>The rule watches something else now: alerts of groups that stay go on, and their windows are filled anew.</summary>
    private void Carry(RuleState old, RuleState next, long now)
    {
        foreach (var group in old.Groups.Values)
        {
            if (group.Status.Phase == AlertPhase.Inactive) continue;
            if (next.Rule.Rule.Kind != old.Rule.Rule.Kind || next.Rule.Rule.Metric != old.Rule.Rule.Metric || !SameBy(old, next))
            {
                Over(group, now);
                continue;
            }

            var carried = next.Group(group.Labels, limits.MaxGroupsPerRule)!;
            (carried.Status, carried.AlertId, carried.Value, carried.LastArrival) = (group.Status, group.AlertId, group.Value, now);
        }
    }

    private static bool SameBy(RuleState a, RuleState b) =>
        (a.Rule.Rule.By is null) == (b.Rule.Rule.By is null) && (a.Rule.Rule.By ?? []).SequenceEqual(b.Rule.Rule.By ?? []);

    private void Reindex()
    {
        _index.Clear();
        _byMetric.Clear();
        foreach (var state in _rules.Values)
        {
            Add(state.Rule.Rule.Metric, (state, false));
            if (state.Rule.Rule.DivideBy is { } divisor) Add(divisor, (state, true));
        }

        void Add(string metric, (RuleState, bool) entry)
        {
            if (!_byMetric.TryGetValue(metric, out var list)) _byMetric.Add(metric, list = []);
            list.Add(entry);
        }
    }

    /// <summary>Forgets groups and series without data, so that hosts that come and go cost nothing for ever.</summary>
    private void Sweep(long now)
    {
        var removed = false;
        foreach (var state in _rules.Values)
        {
            var keep = state.Rule.Absent ? limits.ForgetAfter : state.Rule.Window + limits.StaleAfter;
            foreach (var (fingerprint, group) in state.Groups)
            {
                if (group.Status.Phase != AlertPhase.Inactive || now - group.LastArrival <= Math.Max(keep, 5 * group.Interval)) continue;
                state.Groups.Remove(fingerprint);
                group.IsGone = true;
                removed = true;
            }
        }

        if (removed) _index.Sweep();
    }
}
