namespace PerfPlatform.Ingestion.Otlp;

/// <summary>How a value of OTLP/JSON is written in protobuf.</summary>
internal enum OtlpJsonType
{
    Message,
    Text,
    Base64,
    Bool,

    /// <summary>int64, uint32 or enum: a varint of two's complement.</summary>
    Integer,

    /// <summary>sint32: a zig-zag varint.</summary>
    Signed,

    /// <summary>fixed64.</summary>
    Fixed,

    /// <summary>sfixed64.</summary>
    SignedFixed,
    Double,

    /// <summary>Repeated uint64.</summary>
    Integers,

    /// <summary>Repeated fixed64.</summary>
    Fixeds,

    /// <summary>Repeated double.</summary>
    Doubles,
}

/// <summary>A field of a message: its name in JSON, its number and type in protobuf.</summary>
internal sealed record OtlpJsonField(byte[] Name, int Number, OtlpJsonType Type, OtlpJsonMessage? Message = null);

/// <summary>A message of metrics.proto as far as intake reads it; a field that is not here is stepped over.</summary>
internal sealed class OtlpJsonMessage
{
    public static readonly OtlpJsonMessage Request;

    static OtlpJsonMessage()
    {
        var any = new OtlpJsonMessage();
        var pair = Of(Text("key", 1), Sub("value", 2, any));
        any.Fields =
        [
            Text("stringValue", 1), Of("boolValue", 2, OtlpJsonType.Bool), Of("intValue", 3, OtlpJsonType.Integer), Of("doubleValue", 4, OtlpJsonType.Double),
            Sub("arrayValue", 5, Of(Sub("values", 1, any))), Sub("kvlistValue", 6, Of(Sub("values", 1, pair))), Of("bytesValue", 7, OtlpJsonType.Base64),
        ];
        var start = Of("startTimeUnixNano", 2, OtlpJsonType.Fixed);
        var time = Of("timeUnixNano", 3, OtlpJsonType.Fixed);
        var count = Of("count", 4, OtlpJsonType.Fixed);
        var sum = Of("sum", 5, OtlpJsonType.Double);
        var number = Of(start, time, Of("asDouble", 4, OtlpJsonType.Double), Of("asInt", 6, OtlpJsonType.SignedFixed), Sub("attributes", 7, pair), Of("flags", 8, OtlpJsonType.Integer));
        var histogram = Of(
            start, time, count, sum, Of("bucketCounts", 6, OtlpJsonType.Fixeds), Of("explicitBounds", 7, OtlpJsonType.Doubles), Sub("attributes", 9, pair), Of("flags", 10, OtlpJsonType.Integer));
        var buckets = Of(Of("offset", 1, OtlpJsonType.Signed), Of("bucketCounts", 2, OtlpJsonType.Integers));
        var exponential = Of(
            Sub("attributes", 1, pair), start, time, count, sum, Of("scale", 6, OtlpJsonType.Signed), Of("zeroCount", 7, OtlpJsonType.Fixed), Sub("positive", 8, buckets),
            Sub("negative", 9, buckets), Of("flags", 10, OtlpJsonType.Integer), Of("zeroThreshold", 14, OtlpJsonType.Double));
        var quantile = Of(Of("quantile", 1, OtlpJsonType.Double), Of("value", 2, OtlpJsonType.Double));
        var summary = Of(start, time, count, sum, Sub("quantileValues", 6, quantile), Sub("attributes", 7, pair), Of("flags", 8, OtlpJsonType.Integer));
        var metric = Of(
            Text("name", 1), Text("unit", 3), Sub("gauge", OtlpMetric.Gauge, Data(number)), Sub("sum", OtlpMetric.Sum, Data(number)), Sub("histogram", OtlpMetric.Histogram, Data(histogram)),
            Sub("exponentialHistogram", OtlpMetric.ExponentialHistogram, Data(exponential)), Sub("summary", OtlpMetric.Summary, Data(summary)));
        var scope = Of(Text("name", 1), Text("version", 2), Sub("attributes", 3, pair));
        Request = Of(Sub("resourceMetrics", 1, Of(Sub("resource", 1, Of(Sub("attributes", 1, pair))), Sub("scopeMetrics", 2, Of(Sub("scope", 1, scope), Sub("metrics", 2, metric))))));
    }

    public OtlpJsonField[] Fields { get; private set; } = [];

    private static OtlpJsonMessage Data(OtlpJsonMessage point) =>
        Of(Sub("dataPoints", 1, point), Of("aggregationTemporality", 2, OtlpJsonType.Integer), Of("isMonotonic", 3, OtlpJsonType.Bool));

    private static OtlpJsonMessage Of(params OtlpJsonField[] fields) => new() { Fields = fields };

    private static OtlpJsonField Of(string name, int number, OtlpJsonType type) => new(System.Text.Encoding.UTF8.GetBytes(name), number, type);

    private static OtlpJsonField Text(string name, int number) => Of(name, number, OtlpJsonType.Text);

    private static OtlpJsonField Sub(string name, int number, OtlpJsonMessage message) => Of(name, number, OtlpJsonType.Message) with { Message = message };
}
