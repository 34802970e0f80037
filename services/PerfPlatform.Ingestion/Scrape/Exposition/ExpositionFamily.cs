using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>The metric family that a page tells of at the moment: its lines stand together, so the last one is enough.</summary>
internal sealed class ExpositionFamily
{
    private const int LongestText = 255;

    // What a family's samples have behind its name, and what they then are.
    private static readonly (string Suffix, MetricKind Kind)[] Parts =
    [
        ("_total", MetricKind.Counter), ("_bucket", MetricKind.Counter), ("_count", MetricKind.Counter), ("_sum", MetricKind.Counter),
        ("_gcount", MetricKind.Gauge), ("_gsum", MetricKind.Gauge), ("_info", MetricKind.Gauge),
    ];

    private byte[] _name = [];
    private string _type = "";

    /// <summary>The unit, empty where it is not told.</summary>
    public string Unit { get; private set; } = "";

    /// <summary>The help text without escapes.</summary>
    public byte[] Help { get; private set; } = [];

    /// <summary>Whether its <c>_created</c> samples are times at which its counters began.</summary>
    public bool CountsFromCreation => _type is "counter" or "histogram" or "summary";

    /// <summary>Takes a line of metadata.</summary>
    public void Learn(in ExpositionReader line)
    {
        if (!line.Head.SequenceEqual(_name)) (_name, _type, Unit, Help) = (line.Head.ToArray(), "", "", []);
        switch (line.Part)
        {
            case ExpositionPart.Type:
                _type = KnownType(line.Text);
                break;
            case ExpositionPart.Unit:
                Unit = line.Text.Length > LongestText || !Utf8.IsValid(line.Text) || line.Text.Contains((byte)0) ? "" : Encoding.UTF8.GetString(line.Text);
                break;
            case ExpositionPart.Help:
                Help = ExpositionLabels.Unescape(line.Text);
                break;
        }
    }

    /// <summary>Whether a sample is of the family; <paramref name="suffix"/> is what its name has more.</summary>
    public bool Has(ReadOnlySpan<byte> metric, out ReadOnlySpan<byte> suffix)
    {
        suffix = default;
        if (_name.Length == 0 || !metric.StartsWith(_name)) return false;
        suffix = metric[_name.Length..];
        return suffix.IsEmpty || suffix[0] == (byte)'_';
    }

    /// <summary>Kind and unit of a sample. Parts of histograms and summaries count, whatever their family is; buckets and counts have no unit.</summary>
    public (MetricKind Kind, string Unit) Of(ReadOnlySpan<byte> metric)
    {
        if (!Has(metric, out var suffix)) return (Guess(metric), "");
        var unit = suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_count"u8) || suffix.SequenceEqual("_gcount"u8) ? "" : Unit;
        if (_type == "gaugehistogram") return (MetricKind.Gauge, unit);
        if (suffix.IsEmpty)
        {
            return (_type switch
            {
                "counter" => MetricKind.Counter,
                // A summary under its own name: the quantiles.
                "gauge" or "summary" or "info" or "stateset" => MetricKind.Gauge,
                _ => Guess(metric),
            }, unit);
        }

        foreach (var (text, kind) in Parts)
        {
            if (Ascii.Equals(suffix, text)) return (kind, unit);
        }

        return (Guess(metric), "");
    }

    private static MetricKind Guess(ReadOnlySpan<byte> metric) =>
        metric.EndsWith("_total"u8) || metric.EndsWith("_bucket"u8) || metric.EndsWith("_count"u8) || metric.EndsWith("_sum"u8) ? MetricKind.Counter : MetricKind.Unknown;

    private static string KnownType(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t"u8);
        foreach (var type in (ReadOnlySpan<string>)["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"])
        {
            if (Ascii.Equals(text, type)) return type;
        }

        return "";
    }
}
