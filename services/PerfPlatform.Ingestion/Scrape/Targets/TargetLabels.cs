using System.Text;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Joins the labels of a page with those of its target, as Prometheus does. Only for series that are met for the first time.</summary>
internal static class TargetLabels
{
    /// <summary>Gives a series its labels.</summary>
    public static void Join(IReadOnlyList<(byte[] Name, byte[] Value)> page, ScrapeTarget target, DescriptorBuilder builder)
    {
        // An empty label of the page is none, but says that the target's is not wanted where the page's are honoured.
        var names = page.Select(label => Encoding.UTF8.GetString(label.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in page)
        {
            if (value.Length == 0) continue;
            var text = Encoding.UTF8.GetString(name);
            if (target.HonorLabels || target.Labels[text] is null)
            {
                builder.Label(name, value);
                continue;
            }

            do text = "exported_" + text;
            while (names.Contains(text) || target.Labels[text] is not null);
            builder.Label(Encoding.UTF8.GetBytes(text), value);
        }

        foreach (var (name, value) in target.Labels)
        {
            if (!target.HonorLabels || !names.Contains(name)) builder.Label(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }
    }
}
