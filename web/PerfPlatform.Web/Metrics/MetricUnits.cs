using System.Collections.Concurrent;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Metrics;

/// <summary>The units of metrics, remembered: a metric does not change its unit while a page is open.</summary>
public sealed class MetricUnits(IMetricQueries queries)
{
    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, string> _units = new(StringComparer.Ordinal); // bounded by Most

    /// <summary>The unit in UCUM when it was asked for before, else null.</summary>
    public string? Known(string metric) => _units.GetValueOrDefault(metric);

    /// <summary>The unit in UCUM; empty when nobody knows.</summary>
    public async Task<string> OfAsync(string metric, CancellationToken cancellationToken)
    {
        if (Known(metric) is { } known) return known;
        var page = await queries.SeriesAsync(new SeriesSelector(metric, []), 1, null, cancellationToken);
        if (page.Items is not [var series, ..]) return "";
        if (_units.Count >= Most) _units.Clear();
        return _units[metric] = series.Unit;
    }
}
