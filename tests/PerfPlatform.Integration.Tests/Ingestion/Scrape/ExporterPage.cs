using System.Text.RegularExpressions;
using PerfPlatform.Integration.Tests.Ingestion.Prometheus;

namespace PerfPlatform.Integration.Tests.Ingestion.Scrape;

/// <summary>An own parse of what the node exporter writes: no times, no exemplars.</summary>
internal static partial class ExporterPage
{
    /// <summary>The samples, by series, with the labels that these tests give the job.</summary>
    public static Dictionary<string, double> Parse(string page, string target)
    {
        var samples = new Dictionary<string, double>();
        foreach (var line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#')) continue;
            var value = line.LastIndexOf(' ');
            var brace = line.IndexOf('{', StringComparison.Ordinal);
            var labels = Labels().Matches(line[..value]).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
            foreach (var empty in labels.Where(l => l.Value.Length == 0).ToList()) labels.Remove(empty.Key);
            (labels["job"], labels["instance"], labels["site"]) = ("node", target, "Köln \"1\"");
            samples[StoredSeries.Key(line[..(brace < 0 ? value : brace)], labels)] = StoredSeries.Number(line[(value + 1)..]);
        }

        return samples;
    }

    [GeneratedRegex(@"([a-z_]+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Labels();
}
