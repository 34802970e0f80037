using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Cardinality;

/// <summary>Counts series, the values of their labels and the series of their metrics, in bounded memory.</summary>
internal sealed class SeriesCounts
{
    private const int MaxLabels = 200, MaxMetrics = 10_000, MaxExamples = 5, LongestExample = 200;

    // Bounded by MaxLabels and MaxMetrics; what comes beyond is counted with the series and not told apart.
    private readonly Dictionary<string, Label> _labels = [];
    private readonly Dictionary<string, int> _metrics = [];

    public int Series { get; private set; }

    /// <summary>Counts a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="isNew">Whether it was met within the last hour.</param>
    public void Add(CachedSeries series, bool isNew)
    {
        Series++;
        var metric = series.Descriptor.Metric.Value;
        if (_metrics.TryGetValue(metric, out var count) || _metrics.Count < MaxMetrics) _metrics[metric] = count + 1;
        foreach (var (name, value) in series.Descriptor.Labels)
        {
            if (!_labels.TryGetValue(name, out var label))
            {
                if (_labels.Count == MaxLabels) continue;
                _labels[name] = label = new Label();
            }

            label.Add(value, isNew);
        }
    }

    /// <summary>The labels with most values.</summary>
    public IReadOnlyList<LabelCardinality> Labels(int top) =>
        [.. _labels.Select(l => l.Value.Tell(l.Key)).OrderByDescending(l => l.Values).ThenBy(l => l.Name, StringComparer.Ordinal).Take(top)];

    /// <summary>The metrics with most series.</summary>
    public IReadOnlyList<MetricCardinality> Metrics(int top) =>
        [.. _metrics.OrderByDescending(m => m.Value).ThenBy(m => m.Key, StringComparer.Ordinal).Take(top).Select(m => new MetricCardinality(m.Key, m.Value))];

    private sealed class Label
    {
        private readonly DistinctCount _all = new();
        private readonly DistinctCount _older = new();

        // Bounded by MaxExamples.
        private readonly List<string> _examples = [];
        private int _series;

        public void Add(string value, bool isNew)
        {
            _series++;
            var hash = DistinctCount.Hash(value);
            _all.Add(hash);
            if (!isNew) _older.Add(hash);
            if (_examples.Count < MaxExamples && !_examples.Contains(value)) _examples.Add(value);
        }

        public LabelCardinality Tell(string name)
        {
            var values = _all.Estimate();
            return new LabelCardinality(name, values, Math.Max(0, values - _older.Estimate()), _series, [.. _examples.Select(e => e.Length <= LongestExample ? e : e[..LongestExample] + "...")]);
        }
    }
}
