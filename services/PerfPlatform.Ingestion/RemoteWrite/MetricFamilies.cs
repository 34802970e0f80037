using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// What senders said of their metric families: <c>MetricMetadata { MetricType type = 1; string metric_family_name = 2; string help = 4; string unit = 5 }</c>,
/// which comes in requests of its own, about once a minute. Until then a series' kind is guessed from its name.
/// </summary>
internal sealed class MetricFamilies(SeriesCache cache)
{
    private const int MaxFamilies = 100_000;
    private const int LongestText = 255;

    private readonly record struct Family(MetricKind Kind, string Unit);

    // Bounded by MaxFamilies; beyond it kinds are guessed.
    private readonly ConcurrentDictionary<string, Family> _families = new();

    /// <summary>Reads a family's metadata; false when it is malformed. True with <paramref name="changed"/> when something new was learnt.</summary>
    public bool TryLearn(ReadOnlySpan<byte> metadata, ref bool changed)
    {
        ulong type = 0;
        ReadOnlySpan<byte> name = default, unit = default;
        var reader = new ProtoReader(metadata);
        while (reader.TryReadTag(out var field, out var wire))
        {
            var read = (field, wire) switch
            {
                (1, WireType.Varint) => reader.TryReadVarint(out type),
                (2, WireType.Bytes) => reader.TryReadBytes(out name),
                (5, WireType.Bytes) => reader.TryReadBytes(out unit),
                _ => reader.TrySkip(wire),
            };
            if (!read) return false;
        }

        if (reader.Failed) return false;
        if (name.IsEmpty || name.Length > LongestText || !Utf8.IsValid(name)) return true;
        var family = new Family(KindOf(type), UnitText(unit));
        var key = Encoding.UTF8.GetString(name);
        if (_families.TryGetValue(key, out var known) ? known == family : _families.Count >= MaxFamilies) return true;
        _families[key] = family;
        changed = true;
        return true;
    }

    /// <summary>
    /// Learns what a series of 2.0, which carries its own metadata, says of itself, where nothing is known of its metric: two senders that differ must
    /// not describe each other's series anew with every request. True when it is new.
    /// </summary>
    public bool TryLearnOnce(SeriesDescriptor known, ulong type, ReadOnlySpan<byte> unit)
    {
        var metric = known.Metric.Value;
        var kind = KindOf(type, metric);
        if (Part(metric) is "_bucket" or "_count") unit = default;
        if (kind == known.Kind && (unit.IsEmpty || Ascii.Equals(unit, known.Unit))) return false;
        if (_families.ContainsKey(metric) || _families.Count >= MaxFamilies) return false;
        return _families.TryAdd(metric, new Family(kind, unit.IsEmpty ? known.Unit : UnitText(unit)));
    }

    /// <summary>Kind and unit of a series that says its type and unit itself; type 0 says nothing.</summary>
    public (MetricKind Kind, string Unit) Of(string metric, ulong type, ReadOnlySpan<byte> unit)
    {
        var (kind, known) = Of(metric);
        if (type != 0) kind = KindOf(type, metric);
        return (kind, unit.IsEmpty || Part(metric) is "_bucket" or "_count" ? known : UnitText(unit));
    }

    /// <summary>Tells the registry of series that came before their metadata: they travel labelled once more.</summary>
    public void Apply() => cache.Redescribe(descriptor =>
    {
        var (kind, unit) = Of(descriptor.Metric.Value);
        return kind == descriptor.Kind && unit == descriptor.Unit || !_families.ContainsKey(FamilyOf(descriptor.Metric.Value))
            ? descriptor
            : new SeriesDescriptor(descriptor.Metric, descriptor.Labels, kind, unit, descriptor.Metadata);
    });

    /// <summary>Kind and unit of a series by its metric's name.</summary>
    public (MetricKind Kind, string Unit) Of(string metric)
    {
        var guessed = Part(metric) is not null || metric.EndsWith("_total", StringComparison.Ordinal);
        if (_families.TryGetValue(metric, out var family)) return (family.Kind == MetricKind.Unknown && guessed ? MetricKind.Counter : family.Kind, family.Unit);
        if (!guessed) return (MetricKind.Unknown, "");
        // A part of a histogram or summary counts, whatever its family is; only its sum has the family's unit.
        var unit = _families.TryGetValue(FamilyOf(metric), out family) && !metric.EndsWith("_count", StringComparison.Ordinal) && !metric.EndsWith("_bucket", StringComparison.Ordinal) ? family.Unit : "";
        return (MetricKind.Counter, unit);
    }

    private static string UnitText(ReadOnlySpan<byte> unit) =>
        unit.Length > LongestText || !Utf8.IsValid(unit) || unit.Contains((byte)0) ? "" : Encoding.UTF8.GetString(unit);

    // A part of a histogram or summary counts, whatever its family is.
    private static MetricKind KindOf(ulong type, string metric) => type is 3 or 4 or 5 && Part(metric) is not null ? MetricKind.Counter : KindOf(type);

    // counter 1, gauge 2, histogram 3, gauge histogram 4, summary 5 (under its own name: the quantiles), info 6, state set 7
    private static MetricKind KindOf(ulong type) => type switch
    {
        1 or 3 => MetricKind.Counter,
        >= 2 and <= 7 => MetricKind.Gauge,
        _ => MetricKind.Unknown,
    };

    private string FamilyOf(string metric)
    {
        if (_families.ContainsKey(metric)) return metric;
        if (Part(metric) is { } part) return metric[..^part.Length];
        return metric.EndsWith("_total", StringComparison.Ordinal) ? metric[..^"_total".Length] : metric;
    }

    private static string? Part(string metric)
    {
        if (metric.EndsWith("_bucket", StringComparison.Ordinal)) return "_bucket";
        if (metric.EndsWith("_count", StringComparison.Ordinal)) return "_count";
        return metric.EndsWith("_sum", StringComparison.Ordinal) ? "_sum" : null;
    }
}
