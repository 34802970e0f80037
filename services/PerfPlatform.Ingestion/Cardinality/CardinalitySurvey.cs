using System.Globalization;
using Microsoft.Extensions.Options;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Cardinality;

/// <summary>Looks through the series that intake knows.</summary>
internal sealed class CardinalitySurvey(SeriesCache cache, KeyQuotas quotas, TimeProvider clock, IOptions<IngestionOptions> options)
{
    private const int MostTop = 100;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _one = new();
    private CardinalityReport? _last;

    /// <summary>Counts all series by key; an answer of the last seconds is given again, so that asking often costs little.</summary>
    public CardinalityReport Report(int top)
    {
        lock (_one)
        {
            var now = clock.GetUtcNow();
            if (_last is null || now - _last.At > Fresh) _last = Count(now);
            return _last with { Labels = [.. _last.Labels.Take(top)], Metrics = [.. _last.Metrics.Take(top)], Keys = [.. _last.Keys.Select(k => k with { Labels = [.. k.Labels.Take(top)], Metrics = [.. k.Metrics.Take(top)] })] };
        }
    }

    /// <summary>Which label of a key has most values, in words for an error; empty where none has several. Looks at a part of the series only, once a minute.</summary>
    public static string Hint(SeriesCache cache, KeyQuota key, long now)
    {
        if (key.Hint is { } known && Math.Abs(now - known.Time) < 60_000) return known.Text;
        key.Hint = new LabelHint(now, Hint(cache.Known, key));
        return key.Hint.Text;
    }

    private static string Hint(IEnumerable<CachedSeries> series, KeyQuota key)
    {
        // Series lie in the cache by their hash, so a part of them is a fair sample.
        const int most = 50_000;
        var counts = new SeriesCounts();
        foreach (var one in series.Take(most))
        {
            if (one.Owner == key) counts.Add(one, isNew: false);
        }

        return counts.Labels(1) is [{ Values: > 1 } label]
            ? string.Create(CultureInfo.InvariantCulture, $"; of its labels '{label.Name}' has most values, {(counts.Series < key.Series ? "at least " : "")}{label.Values}, for example '{label.Examples[0]}'")
            : "";
    }

    private CardinalityReport Count(DateTimeOffset now)
    {
        var hourAgo = now.AddHours(-1).ToUnixTimeMilliseconds();
        var all = new SeriesCounts();
        // Bounded by the keys of the installation.
        var byKey = new Dictionary<KeyQuota, SeriesCounts>();
        foreach (var series in cache.Known)
        {
            if (!byKey.TryGetValue(series.Owner, out var counts)) byKey[series.Owner] = counts = new SeriesCounts();
            var isNew = series.Introduced > hourAgo;
            all.Add(series, isNew);
            counts.Add(series, isNew);
        }

        var keys = quotas.All.Select(quota => Key(quota, byKey.GetValueOrDefault(quota) ?? new SeriesCounts())).OrderByDescending(k => k.Series).ThenBy(k => k.Key, StringComparer.Ordinal);
        return new CardinalityReport(now, all.Series, options.Value.MaxSeries, all.Labels(MostTop), all.Metrics(MostTop), [.. keys]);
    }

    private static KeyCardinality Key(KeyQuota quota, SeriesCounts counts)
    {
        var skew = quota.Clock.Read() is { } read ? new ClockSkew(read.Skew / 1000.0, DateTimeOffset.FromUnixTimeMilliseconds(read.LastReceived)) : null;
        return new KeyCardinality(quota.Key, quota.Name, counts.Series, quota.Limit, quota.Refusals, quota.RefusedSeries, skew, counts.Labels(MostTop), counts.Metrics(MostTop));
    }
}
