namespace PerfPlatform.Agent.Otlp;

/// <summary>How the values of a metric are to be read.</summary>
internal enum MetricShape
{
    /// <summary>The value as it is now.</summary>
    Gauge,

    /// <summary>A cumulative sum that only grows.</summary>
    Counter,

    /// <summary>A cumulative sum that grows and shrinks; OpenTelemetry's UpDownCounter.</summary>
    UpDown,
}

/// <summary>Name and unit of a metric, encoded once: what stands before the data points of each request.</summary>
internal sealed class MetricHead
{
    private readonly byte[] _fields;

    private MetricHead(string name, string unit, MetricShape shape)
    {
        var writer = new ProtobufWriter();
        writer.Text(1, name);
        writer.Text(3, unit);
        (Name, Shape, _fields) = (name, shape, writer.Written.ToArray());
    }

    public string Name { get; }

    public MetricShape Shape { get; }

    /// <summary>Fields name (1) and unit (3) of opentelemetry.proto.metrics.v1.Metric.</summary>
    public ReadOnlySpan<byte> Fields => _fields;

    public static MetricHead Gauge(string name, string unit) => new(name, unit, MetricShape.Gauge);

    public static MetricHead Counter(string name, string unit) => new(name, unit, MetricShape.Counter);

    public static MetricHead UpDown(string name, string unit) => new(name, unit, MetricShape.UpDown);
}
