using Google.Protobuf;
using PerfPlatform.Tests.Ingestion.RemoteWrite;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>OTLP requests by Google's own writer, field by field as metrics.proto has them.</summary>
internal static class OtlpRequests
{
    public const int Delta = 1, Cumulative = 2;

    public static byte[] Request(params byte[][] resourceMetrics) => Repeated(1, resourceMetrics);

    /// <summary>One resource with one scope.</summary>
    public static byte[] ResourceMetrics(byte[][] resourceAttributes, params byte[][] metrics) => WriteRequests.Message(output =>
    {
        WriteRequests.Field(output, 1, Repeated(1, resourceAttributes));
        WriteRequests.Field(output, 2, Repeated(2, metrics));
        WriteRequests.Text(output, 3, "https://opentelemetry.io/schemas/1.0.0");
    });

    /// <summary>Metrics of one scope; several of these may be put together into one request.</summary>
    public static byte[] ScopedMetrics(string scope, string version, byte[][] attributes, params byte[][] metrics) => WriteRequests.Message(output =>
        WriteRequests.Field(output, 2, WriteRequests.Message(scopeMetrics =>
        {
            WriteRequests.Field(scopeMetrics, 2, metrics[0]);
            foreach (var metric in metrics[1..]) WriteRequests.Field(scopeMetrics, 2, metric);
            // The scope may be written behind its metrics.
            WriteRequests.Field(scopeMetrics, 1, WriteRequests.Message(output =>
            {
                WriteRequests.Text(output, 1, scope);
                WriteRequests.Text(output, 2, version);
                foreach (var attribute in attributes) WriteRequests.Field(output, 3, attribute);
            }));
            WriteRequests.Text(scopeMetrics, 3, "https://opentelemetry.io/schemas/1.0.0");
        })));

    public static byte[] Gauge(string name, string unit, params byte[][] points) => Metric(name, unit, 5, Repeated(1, points));

    public static byte[] Sum(string name, int temporality, bool monotonic, params byte[][] points) => Metric(name, "By", 7, WriteRequests.Message(output =>
    {
        foreach (var point in points) WriteRequests.Field(output, 1, point);
        Varint(output, 2, temporality);
        Varint(output, 3, monotonic ? 1 : 0);
    }));

    public static byte[] Histogram(string name, int temporality, params byte[][] points) => Metric(name, "s", 9, WriteRequests.Message(output =>
    {
        Varint(output, 2, temporality);
        foreach (var point in points) WriteRequests.Field(output, 1, point);
    }));

    public static byte[] ExponentialHistogram(string name, int temporality, params byte[][] points) => Metric(name, "s", 10, WriteRequests.Message(output =>
    {
        foreach (var point in points) WriteRequests.Field(output, 1, point);
        Varint(output, 2, temporality);
    }));

    public static byte[] Summary(string name, params byte[][] points) => Metric(name, "s", 11, Repeated(1, points));

    public static byte[] Number(long timeMs, double value, params byte[][] attributes) => Point(7, attributes, output =>
    {
        Fixed64(output, 3, (ulong)timeMs * 1_000_000);
        Fixed64(output, 4, BitConverter.DoubleToUInt64Bits(value));
    });

    public static byte[] Integer(long timeMs, long value, params byte[][] attributes) => Point(7, attributes, output =>
    {
        Fixed64(output, 3, (ulong)timeMs * 1_000_000);
        Fixed64(output, 6, (ulong)value);
    });

    public static byte[] NoValue(long timeMs) => Point(7, [], output =>
    {
        Fixed64(output, 3, (ulong)timeMs * 1_000_000);
        Varint(output, 8, 1);
    });

    /// <summary>A point with more fields, the last of which count.</summary>
    public static byte[] With(byte[] point, Action<CodedOutputStream> more) => [.. point, .. WriteRequests.Message(more)];

    /// <summary>A point that counts since a time.</summary>
    public static byte[] Since(long startMs, byte[] point) => With(point, output => Fixed64(output, 2, (ulong)startMs * 1_000_000));

    public static byte[] HistogramPoint(long timeMs, double? sum, ulong[] counts, double[] bounds, bool packed, params byte[][] attributes) => Point(9, attributes, output =>
    {
        Fixed64(output, 3, (ulong)timeMs * 1_000_000);
        Fixed64(output, 4, counts.Aggregate(0UL, (a, b) => a + b));
        if (sum is not null) Fixed64(output, 5, BitConverter.DoubleToUInt64Bits(sum.Value));
        Numbers(output, 6, counts, packed);
        Numbers(output, 7, [.. bounds.Select(BitConverter.DoubleToUInt64Bits)], packed);
    });

    public static byte[] ExponentialPoint(
        long timeMs, int scale, ulong zeros, (int Offset, ulong[] Counts) positive, (int Offset, ulong[] Counts)? negative = null, double? sum = null, double threshold = 0, params byte[][] attributes) =>
        Point(1, attributes, output =>
        {
            Fixed64(output, 3, (ulong)timeMs * 1_000_000);
            Fixed64(output, 4, zeros + Total(positive.Counts) + Total(negative?.Counts ?? []));
            if (sum is not null) Fixed64(output, 5, BitConverter.DoubleToUInt64Bits(sum.Value));
            Signed(output, 6, scale);
            Fixed64(output, 7, zeros);
            WriteRequests.Field(output, 8, Buckets(positive));
            if (negative is not null) WriteRequests.Field(output, 9, Buckets(negative.Value));
            if (threshold != 0) Fixed64(output, 14, BitConverter.DoubleToUInt64Bits(threshold));
        });

    public static byte[] SummaryPoint(long timeMs, ulong count, double sum, params (double Quantile, double Value)[] quantiles) => Point(7, [], output =>
    {
        Fixed64(output, 3, (ulong)timeMs * 1_000_000);
        Fixed64(output, 4, count);
        Fixed64(output, 5, BitConverter.DoubleToUInt64Bits(sum));
        foreach (var (quantile, value) in quantiles)
        {
            WriteRequests.Field(output, 6, WriteRequests.Message(pair =>
            {
                if (quantile != 0) Fixed64(pair, 1, BitConverter.DoubleToUInt64Bits(quantile));
                if (value != 0) Fixed64(pair, 2, BitConverter.DoubleToUInt64Bits(value));
            }));
        }
    });

    public static byte[] Attribute(string key, string value) => Attribute(key, any => WriteRequests.Field(any, 1, System.Text.Encoding.UTF8.GetBytes(value)));

    public static byte[] Attribute(string key, Action<CodedOutputStream> any) => WriteRequests.Message(output =>
    {
        WriteRequests.Text(output, 1, key);
        WriteRequests.Field(output, 2, WriteRequests.Message(any));
    });

    public static void Varint(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    public static void Fixed64(CodedOutputStream output, int field, ulong value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteFixed64(value);
    }

    public static byte[] Repeated(int field, IEnumerable<byte[]> messages) => WriteRequests.Message(output =>
    {
        foreach (var message in messages) WriteRequests.Field(output, field, message);
    });

    private static byte[] Metric(string name, string unit, int kind, byte[] data) => WriteRequests.Message(output =>
    {
        WriteRequests.Text(output, 1, name);
        WriteRequests.Text(output, 2, "what " + name + " is");
        WriteRequests.Text(output, 3, unit);
        WriteRequests.Field(output, kind, data);
    });

    private static byte[] Point(int attributesField, byte[][] attributes, Action<CodedOutputStream> rest) => WriteRequests.Message(output =>
    {
        foreach (var attribute in attributes) WriteRequests.Field(output, attributesField, attribute);
        Fixed64(output, 2, 1_000_000);
        rest(output);
    });

    private static byte[] Buckets((int Offset, ulong[] Counts) buckets) => WriteRequests.Message(output =>
    {
        Signed(output, 1, buckets.Offset);
        WriteRequests.Field(output, 2, WriteRequests.Message(packed =>
        {
            foreach (var count in buckets.Counts) packed.WriteUInt64(count);
        }));
    });

    private static ulong Total(ulong[] counts) => counts.Aggregate(0UL, (a, b) => a + b);

    private static void Signed(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteSInt32(value);
    }

    private static void Numbers(CodedOutputStream output, int field, ulong[] numbers, bool packed)
    {
        if (packed) WriteRequests.Field(output, field, [.. numbers.SelectMany(BitConverter.GetBytes)]);
        else foreach (var number in numbers) Fixed64(output, field, number);
    }
}
