using System.Text;

namespace PerfPlatform.Tests.Agent.Otlp;

/// <summary>A data point of an OTLP metrics request, with all that stands around it.</summary>
public sealed record DecodedPoint(
    string Metric, string Unit, string Shape, IReadOnlyDictionary<string, string> Resource, string Scope, IReadOnlyDictionary<string, string> Attributes, ulong TimeNanos, ulong StartNanos, double Value)
{
    /// <summary>Metric and attributes, sorted: what a series is told apart by.</summary>
    public string Series => Metric + "{" + string.Join(",", Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")) + "}";

    /// <summary>Names of the histograms of a request, which are not read as points.</summary>
    public static List<string> HistogramNames(byte[] request) =>
    [
        .. Messages(request, 1).SelectMany(resource => Messages(resource, 2)).SelectMany(scope => Messages(scope, 2)).Select(ProtobufField.ReadAll)
            .Where(fields => fields.Any(field => field.Number == 9)).Select(fields => Encoding.UTF8.GetString(fields.Single(field => field.Number == 1).Bytes)),
    ];

    /// <summary>All gauges and sums of an ExportMetricsServiceRequest (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
    public static List<DecodedPoint> ReadAll(byte[] request)
    {
        var points = new List<DecodedPoint>();
        foreach (var resourceMetrics in Messages(request, 1))
        {
            var resource = Messages(resourceMetrics, 1).SelectMany(message => KeyValues(message, 1)).ToDictionary();
            foreach (var scopeMetrics in Messages(resourceMetrics, 2))
            {
                var scope = string.Join("/", Messages(scopeMetrics, 1).SelectMany(ProtobufField.ReadAll).Select(field => Encoding.UTF8.GetString(field.Bytes)));
                foreach (var metric in Messages(scopeMetrics, 2))
                    ReadMetric(metric, resource, scope, points);
            }
        }

        return points;
    }

    private static void ReadMetric(byte[] metric, Dictionary<string, string> resource, string scope, List<DecodedPoint> points)
    {
        var fields = ProtobufField.ReadAll(metric);
        var name = Encoding.UTF8.GetString(fields.Single(field => field.Number == 1).Bytes);
        var unit = Encoding.UTF8.GetString(fields.SingleOrDefault(field => field.Number == 3)?.Bytes ?? []);
        var data = fields.SingleOrDefault(field => field.Number is 5 or 7);
        if (data is null)
            return;
        var inner = ProtobufField.ReadAll(data.Bytes);
        var shape = data.Number == 5 ? "gauge" : $"sum temporality={inner.Single(field => field.Number == 2).Value} monotonic={inner.Any(field => field is { Number: 3, Value: 1 })}";
        foreach (var point in inner.Where(field => field.Number == 1))
        {
            var parts = ProtobufField.ReadAll(point.Bytes);
            var value = parts.Single(field => field.Number is 4 or 6);
            points.Add(new DecodedPoint(
                name, unit, shape, resource, scope, KeyValues(point.Bytes, 7).ToDictionary(),
                parts.Single(field => field.Number == 3).Value, parts.SingleOrDefault(field => field.Number == 2)?.Value ?? 0,
                value.Number == 4 ? BitConverter.UInt64BitsToDouble(value.Value) : (long)value.Value));
        }
    }

    private static IEnumerable<byte[]> Messages(byte[] message, int number) => ProtobufField.ReadAll(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static IEnumerable<KeyValuePair<string, string>> KeyValues(byte[] message, int number)
    {
        foreach (var pair in Messages(message, number).Select(ProtobufField.ReadAll))
        {
            var value = ProtobufField.ReadAll(pair.Single(field => field.Number == 2).Bytes).Single();
            yield return new(Encoding.UTF8.GetString(pair.Single(field => field.Number == 1).Bytes), value.WireType == 2 ? Encoding.UTF8.GetString(value.Bytes) : value.Value.ToString());
        }
    }
}
