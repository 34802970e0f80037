using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Silences;

/// <summary>The silences that hold at one moment. Bounded by <see cref="SilenceStore.MaxSilences"/>.</summary>
public sealed class ActiveSilences(IReadOnlyList<Silence> silences)
{
    private readonly List<(string Id, LabelMatcher[] Matchers)> _silences = [.. silences.Select(s => (s.Id, Read(s.Matchers))).Where(s => s.Item2.Length > 0)];

    /// <summary>How many there are.</summary>
    public int Count => _silences.Count;

    /// <summary>The alert with the silences that keep it quiet.</summary>
    public Alert ApplyTo(Alert alert)
    {
        if (_silences.Count == 0) return alert;
        var labels = MatchedLabels.Of(alert);
        var ids = _silences.Where(s => Array.TrueForAll(s.Matchers, m => m.Matches(labels))).Select(s => s.Id).ToList();
        return ids.Count == 0 ? alert : alert with { SilencedBy = ids };
    }

    /// <summary>None where one of them cannot be read: such a silence keeps nothing quiet, and hides no other.</summary>
    private static LabelMatcher[] Read(IReadOnlyList<string> texts)
    {
        var matchers = new LabelMatcher[texts.Count];
        for (var i = 0; i < matchers.Length; i++)
        {
            if (!LabelMatcher.TryParse(texts[i], out var matcher, out _)) return [];
            matchers[i] = matcher;
        }

        return matchers;
    }
}
