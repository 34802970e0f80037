using System.Globalization;
using Google.Protobuf;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>
/// An OTLP request read slowly and plainly, by Google's reader into dictionaries of fields: what the fast reader is compared with. It knows gauges, cumulative
/// sums, histograms and summaries without restarts; what needs a memory of points before has tests of its own.
/// </summary>
internal static class OtlpReference
{
    private static readonly string[] Identifying =
        ["service.name", "service.instance.id", "service.namespace", "host.name", "deployment.environment", "deployment.environment.name"];

    public static IEnumerable<TakenSample> Samples(byte[] body) =>
        from resourceMetrics in Messages(Fields(body), 1)
        let resource = Attributes(Messages(resourceMetrics, 1).SelectMany(r => Messages(r, 1))).Where(a => Identifies(a.Key)).ToDictionary()
        from scopeMetrics in Messages(resourceMetrics, 2)
        from metric in Messages(scopeMetrics, 2)
        from sample in Metric(metric, resource)
        select sample;

    private static IEnumerable<TakenSample> Metric(ILookup<int, object> metric, Dictionary<string, string> resource)
    {
        var name = Text(metric, 1);
        foreach (var point in new[] { 5, 7, 9, 11 }.SelectMany(kind => Messages(metric, kind)).SelectMany(data => Messages(data, 1)))
        {
            var histogram = metric[9].Any();
            var labels = new Dictionary<string, string>(resource);
            foreach (var (key, value) in Attributes(Messages(point, histogram ? 9 : 7))) labels[key] = value;
            TakenSample Sample(string suffix, double value, string label = "", double bound = 0)
            {
                var all = new Dictionary<string, string>(labels);
                if (label.Length > 0) all[label] = double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString("R", CultureInfo.InvariantCulture);
                return new TakenSample(name + suffix, LabelSet.From(all.Select(l => new Label(l.Key, l.Value))).ToString(), (long)(Fixed(point, 3) / 1_000_000), BitConverter.DoubleToInt64Bits(value));
            }

            var none = point[histogram ? 10 : 8].OfType<ulong>().LastOrDefault() == 1;
            double Value(double value) => none ? StaleMarker.Value : value;
            if (metric[5].Any() || metric[7].Any())
            {
                var last = point[4].Concat(point[6]).Any() ? point[6].Any() ? (long)Fixed(point, 6) : Double(point, 4) : 0;
                yield return Sample("", Value(last));
                continue;
            }

            foreach (var quantile in Messages(point, metric[11].Any() ? 6 : 0)) yield return Sample("", Value(Double(quantile, 2)), "quantile", Double(quantile, 1));
            if (histogram)
            {
                var (counts, bounds, below) = (Numbers(point, 6), Numbers(point, 7).Select(BitConverter.UInt64BitsToDouble).ToList(), 0.0);
                // Without counts there are no buckets but the last; a point without a value ends all that it names.
                for (var i = 0; i < bounds.Count && (none || counts.Count > 0); i++)
                {
                    below += none ? 0 : counts[i];
                    yield return Sample("_bucket", Value(below), "le", bounds[i]);
                }

                yield return Sample("_bucket", Value(Fixed(point, 4)), "le", double.PositiveInfinity);
            }

            if (!histogram || point[5].Any()) yield return Sample("_sum", Value(Double(point, 5)));
            yield return Sample("_count", Value(Fixed(point, 4)));
        }
    }

    private static bool Identifies(string key) =>
        Identifying.Contains(key) || key.StartsWith("container.", StringComparison.Ordinal) || key.StartsWith("k8s.", StringComparison.Ordinal);

    // Of strings only; other values have a test of their own. An empty one is none, and takes nothing's place.
    private static IEnumerable<KeyValuePair<string, string>> Attributes(IEnumerable<ILookup<int, object>> attributes) =>
        attributes.Select(a => new KeyValuePair<string, string>(Text(a, 1), Text(Messages(a, 2).Last(), 1))).Where(a => a.Value.Length > 0).GroupBy(a => a.Key).Select(same => same.Last());

    private static IEnumerable<ILookup<int, object>> Messages(ILookup<int, object> message, int field) => message[field].OfType<byte[]>().Select(Fields);

    private static string Text(ILookup<int, object> message, int field) => message[field].OfType<byte[]>().Select(System.Text.Encoding.UTF8.GetString).LastOrDefault("");

    private static ulong Fixed(ILookup<int, object> message, int field) => message[field].OfType<ulong>().LastOrDefault();

    private static double Double(ILookup<int, object> message, int field) => BitConverter.UInt64BitsToDouble(Fixed(message, field));

    private static List<ulong> Numbers(ILookup<int, object> message, int field) =>
        [.. message[field].SelectMany(value => value is byte[] packed ? packed.Chunk(8).Select(eight => BitConverter.ToUInt64(eight)) : [(ulong)value])];

    private static ILookup<int, object> Fields(byte[] message)
    {
        var fields = new List<(int Field, object Value)>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Varint => input.ReadUInt64(),
                _ => (ulong)input.ReadFixed32(),
            };
            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        return fields.ToLookup(f => f.Field, f => f.Value);
    }
}
