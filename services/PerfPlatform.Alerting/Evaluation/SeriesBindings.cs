using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>Which series belong to which groups of which rules, within the bounds. The rules are asked once a series. Hot.</summary>
public sealed class SeriesBindings(EngineLimits limits)
{
    private readonly SeriesIndex _index = new();

    // Bounded by the rules that are kept.
    private readonly Dictionary<string, List<(RuleState State, bool IsDivisor)>> _byMetric = [];

    /// <summary>How many series are watched.</summary>
    public int Count => _index.Count;

    /// <summary>Takes ids of the registry's epoch; those of another are forgotten.</summary>
    public void Enter(Guid epoch)
    {
        if (epoch != _index.Epoch) _index.Enter(epoch);
    }

    /// <summary>Takes the rules that hold from now on: which series they watch is worked out anew.</summary>
    public void Apply(IEnumerable<RuleState> rules)
    {
        _index.Clear();
        _byMetric.Clear();
        foreach (var state in rules)
        {
            state.Unwatched = 0;
            foreach (var selector in state.Rule.Measured.Selectors) Add(selector.Metric!, (state, false));
            foreach (var selector in state.Rule.Divisor?.Selectors ?? []) Add(selector.Metric!, (state, true));
        }

        void Add(string metric, (RuleState, bool) entry)
        {
            if (!_byMetric.TryGetValue(metric, out var list)) _byMetric.Add(metric, list = []);
            list.Add(entry);
        }
    }

    /// <summary>Whether each series of a batch is known, watched or not; those that are not are added.</summary>
    public bool AllKnown(SampleBatch batch, ISet<int> unknown)
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

    /// <summary>A series of a batch, or null where no rule watches it or its labels are not known.</summary>
    public WatchedSeries? Find(in BatchSeries series)
    {
        if (series.Id > 0)
        {
            if (_index.IsIgnored(series.Id)) return null;
            if (_index.ById(series.Id) is { } watched) return watched;
        }

        return series.Descriptor is { } descriptor ? Learn(series.Id, descriptor.Fingerprint, descriptor.Metric.Value, descriptor.Labels) : null;
    }

    /// <summary>A series whose labels are known, with its id or 0; null where no rule watches it.</summary>
    public WatchedSeries? Learn(int id, string metric, LabelSet labels) => Learn(id, Fingerprint.Of(MetricName.Parse(metric), labels), metric, labels);

    /// <summary>Forgets series of groups that are gone.</summary>
    public void Sweep() => _index.Sweep();

    private WatchedSeries? Learn(int id, Fingerprint fingerprint, string metric, LabelSet labels)
    {
        var watched = _index.ByFingerprint(fingerprint) ?? Match(fingerprint, metric, labels);
        if (watched is not null) _index.Watch(id, watched);
        else if (id > 0) _index.Ignore(id);
        return watched;
    }

    private WatchedSeries? Match(Fingerprint fingerprint, string metric, LabelSet labels)
    {
        if (!_byMetric.TryGetValue(metric, out var rules)) return null;
        List<GroupSeries>? bindings = null;
        foreach (var (state, isDivisor) in rules)
        {
            if (!(isDivisor ? state.Rule.Divisor! : state.Rule.Measured).Matches(metric, labels, out var bound)) continue;
            if (Bind(state, fingerprint, labels, isDivisor, bound) is { } series) (bindings ??= []).Add(series);
            else state.Unwatched++;
        }

        return bindings is null ? null : new WatchedSeries(fingerprint, bindings);
    }

    /// <returns>Null at a bound.</returns>
    private GroupSeries? Bind(RuleState state, Fingerprint fingerprint, LabelSet labels, bool isDivisor, double bound)
    {
        if (state.Series.TryGetValue((fingerprint, isDivisor), out var series)) return series;
        var isBucket = !double.IsNaN(bound);
        if (_index.Count >= limits.MaxSeries || state.Group(state.Rule.GroupOf(labels, isBucket), limits.MaxGroupsPerRule) is not { } group) return null;
        var histogram = isBucket && !state.Rule.JoinsBuckets ? Fingerprint.Of(state.Rule.Identity, CompiledRule.WithoutBound(labels)) : default;
        series = new GroupSeries(group, fingerprint, isDivisor, bound, histogram);
        group.Add(series);
        state.Series.Add((fingerprint, isDivisor), series);
        return series;
    }
}
