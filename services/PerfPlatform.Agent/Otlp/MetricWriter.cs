namespace PerfPlatform.Agent.Otlp;

/// <summary>
/// Writes one ExportMetricsServiceRequest of OTLP straight from what the collectors read. Hot: no allocation, no strings.
/// Requests written one after the other are a valid request again (repeated fields add up), so a backlog is sent by joining them.
/// </summary>
internal sealed class MetricWriter
{
    // tag and value of time_unix_nano (3) and of as_double (4) or as_int (6): nine bytes each
    private const int FixedFieldSize = 9;
    private readonly ProtobufWriter _out = new(64 * 1024);
    private readonly byte[] _resource;
    private readonly byte[] _scope;
    private ulong _timeNanos;
    private ulong _startNanos;
    private MetricShape _shape;
    private int _metricStart;
    private int _metricDepth;
    private int _pointsBefore;

    /// <param name="resource">Attributes of the machine, the same for every request.</param>
    /// <param name="version">The agent's version, told as the instrumentation scope's.</param>
    public MetricWriter(ReadOnlySpan<(string Key, object Value)> resource, string version)
    {
        _resource = PointAttributes.Encode(1, resource);
        var scope = new ProtobufWriter();
        scope.Text(1, "perfplatform.agent");
        scope.Text(2, version);
        _scope = scope.Written.ToArray();
    }

    /// <summary>Data points written since <see cref="Start"/>.</summary>
    public int Points { get; private set; }

    public void Start(DateTimeOffset time)
    {
        _timeNanos = Nanos(time);
        Points = 0;
        _out.Clear();
        _out.Begin(1);              // ExportMetricsServiceRequest.resource_metrics
        _out.Header(1, _resource.Length);
        _out.Raw(_resource);
        _out.Begin(2);              // ResourceMetrics.scope_metrics
        _out.Header(1, _scope.Length);
        _out.Raw(_scope);
    }

    /// <summary>Opens a metric; for sums, start is since when they count.</summary>
    public void Begin(MetricHead head, DateTimeOffset start = default)
    {
        (_shape, _startNanos) = (head.Shape, start == default ? 0 : Nanos(start));
        (_metricStart, _metricDepth, _pointsBefore) = (_out.Length, _out.Depth, Points);
        _out.Begin(2);              // ScopeMetrics.metrics
        _out.Raw(head.Fields);
        _out.Begin(_shape == MetricShape.Gauge ? 5 : 7);
    }

    public void Point(PointAttributes attributes, double value)
    {
        PointHeader(attributes);
        _out.Fixed64(4, BitConverter.DoubleToUInt64Bits(value));
    }

    public void Point(PointAttributes attributes, ulong value)
    {
        PointHeader(attributes);
        _out.Fixed64(6, value);
    }

    /// <summary>Closes the metric; without a data point it is taken back.</summary>
    public void End()
    {
        if (Points == _pointsBefore)
        {
            _out.Rollback(_metricStart, _metricDepth);
            return;
        }

        if (_shape != MetricShape.Gauge)
        {
            _out.Integer(2, 2);     // AGGREGATION_TEMPORALITY_CUMULATIVE
            if (_shape == MetricShape.Counter)
                _out.Integer(3, 1); // is_monotonic
        }

        _out.End();
        _out.End();
    }

    public void Single(MetricHead head, double value, DateTimeOffset start = default) => Single(head, PointAttributes.None, value, start);

    public void Single(MetricHead head, PointAttributes attributes, double value, DateTimeOffset start = default)
    {
        Begin(head, start);
        Point(attributes, value);
        End();
    }

    public void Single(MetricHead head, ulong value, DateTimeOffset start = default)
    {
        Begin(head, start);
        Point(PointAttributes.None, value);
        End();
    }

    /// <summary>A place to come back to when a collector fails half way.</summary>
    public (int Length, int Depth, int Points) Mark() => (_out.Length, _out.Depth, Points);

    public void Return((int Length, int Depth, int Points) mark)
    {
        _out.Rollback(mark.Length, mark.Depth);
        Points = mark.Points;
    }

    /// <summary>The whole request; valid until the next <see cref="Start"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _out.End();
        _out.End();
        return _out.Written;
    }

    private void PointHeader(PointAttributes attributes)
    {
        Points++;
        var fields = attributes.Fields;
        _out.Header(1, fields.Length + (_startNanos == 0 ? 2 : 3) * FixedFieldSize);
        _out.Raw(fields);
        if (_startNanos != 0)
            _out.Fixed64(2, _startNanos);
        _out.Fixed64(3, _timeNanos);
    }

    private static ulong Nanos(DateTimeOffset time) => (ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;
}
