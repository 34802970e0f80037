// Hot file: every data point of OTLP passes here. Known series cost no allocation but the batch's columns.
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// Turns the data points of one request into samples. The key of a series is its resource, metric and attribute bytes as they came, and which part
/// of the point it is: the value itself, a bucket, the sum, the count or a quantile.
/// </summary>
internal sealed class OtlpPoints(IntakeRequest request, OtlpBucketsOfSeries buckets)
{
    private const int NumberAttributes = 7, HistogramAttributes = 9, ExponentialAttributes = 1, NumberFlags = 8, HistogramFlags = 10;

    private readonly KeyBuffer _key = new();

    // Bounded by the point that they are read from.
    private readonly List<ulong> _counts = [];
    private readonly List<ulong> _bounds = [];
    private readonly List<(double Bound, double Below)> _told = [];
    private byte[] _scope = [];
    private byte[] _name = [];
    private byte[] _unitBytes = [];
    private string _unit = "";
    private MetricKind _kind;
    private bool _delta;
    private bool _exponentialDelta;
    private int _metricKeyLength;
    private int _pointKeyLength;

    private enum Part : byte
    {
        Value,
        Bucket,
        Sum,
        Count,
        Quantile,
    }

    public OtlpResource Resource { get; set; } = null!;

    /// <summary>Starts a scope; false when it is malformed.</summary>
    public bool TryScope(ReadOnlySpan<byte> scope)
    {
        if (scope.SequenceEqual(_scope)) return true;
        if (!OtlpScope.IsWellFormed(scope)) return false;
        _scope = scope.ToArray();
        return true;
    }

    /// <summary>Starts a metric.</summary>
    public void Begin(in OtlpMetric metric, in OtlpData data)
    {
        if (!metric.Name.SequenceEqual(_name)) _name = metric.Name.ToArray();
        if (!metric.Unit.SequenceEqual(_unitBytes)) (_unitBytes, _unit) = (metric.Unit.ToArray(), UnitText(metric.Unit));
        _delta = metric.Kind is OtlpMetric.Sum or OtlpMetric.Histogram && data.Temporality == OtlpData.Delta;
        _exponentialDelta = metric.Kind == OtlpMetric.ExponentialHistogram && data.Temporality == OtlpData.Delta;
        _kind = metric.Kind == OtlpMetric.Sum && data.IsMonotonic ? MetricKind.Counter : metric.Kind == 0 ? MetricKind.Unknown : MetricKind.Gauge;
        _key.Truncate(0);
        _key.Add((byte)'O');
        _key.Add(Resource.Number);
        if (request.Options.OtlpScopeLabels) _key.AddText(_scope);
        _key.AddText(metric.Name);
        _metricKeyLength = _key.Length;
    }

    /// <summary>Counts points that cannot be taken in.</summary>
    public void Refuse(RejectReason reason, int points, ReadOnlySpan<byte> metric, string why)
    {
        if (points > 0) request.Rejections.Add(reason, points, $"{Encoding.UTF8.GetString(metric)}: {why}");
    }

    /// <summary>Takes a point of a gauge or a sum in; false when it is malformed.</summary>
    public bool TryNumber(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, NumberFlags, out var point) || !TryKey(bytes, NumberAttributes)) return false;
        if (point.NoValue)
        {
            // Of a running sum nothing is known to have ended: the next delta goes on.
            if (!_delta) Add(point, NumberAttributes, Part.Value, 0, StaleMarker.Value, _kind);
        }
        else if (point.HasNumber)
        {
            Add(point, NumberAttributes, Part.Value, 0, point.Number, _kind);
        }
        else
        {
            Refuse(RejectReason.BadValue, 1, _name, "a data point has no value");
        }

        return true;
    }

    /// <summary>Takes a histogram in as its counters; false when it is malformed.</summary>
    public bool TryHistogram(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, HistogramFlags, out var point) || !TryKey(bytes, HistogramAttributes)) return false;
        if (!point.TryReadNumbers(6, _counts) || !point.TryReadNumbers(7, _bounds)) return false;
        if (point.NoValue || !request.IsTimely(point.Time, _name)) return true;
        if (_counts.Count != 0 && _counts.Count != _bounds.Count + 1)
        {
            Refuse(RejectReason.BadValue, 1, _name, $"{_counts.Count} bucket counts and {_bounds.Count} bounds; there must be one count more than bounds");
            return true;
        }

        var below = 0.0;
        for (var i = 0; i < _counts.Count - 1; i++)
        {
            below += _counts[i];
            Add(point, HistogramAttributes, Part.Bucket, _bounds[i], below, MetricKind.Counter);
        }

        Add(point, HistogramAttributes, Part.Bucket, BitConverter.DoubleToUInt64Bits(double.PositiveInfinity), point.Count, MetricKind.Counter);
        if (point.HasField5) Add(point, HistogramAttributes, Part.Sum, 0, point.Sum, MetricKind.Counter);
        Add(point, HistogramAttributes, Part.Count, 0, point.Count, MetricKind.Counter);
        return true;
    }

    /// <summary>
    /// Takes an exponential histogram in as the counters of a classic one; false when it is malformed. Deltas are added up here, bucket by bucket:
    /// a point tells only the buckets around its own values, and the counters of all others must go on too.
    /// </summary>
    public bool TryExponential(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, HistogramFlags, out var point) || !OtlpExponential.TryRead(point, out var exponential) || !TryKey(bytes, ExponentialAttributes)) return false;
        if (point.NoValue || !request.IsTimely(point.Time, _name)) return true;
        if (exponential.Scale < OtlpBuckets.MinScale)
        {
            Refuse(RejectReason.BadValue, 1, _name, $"scale {exponential.Scale}; it must be {OtlpBuckets.MinScale} or more");
            return true;
        }

        if (Find(point, ExponentialAttributes, Part.Count, 0, MetricKind.Counter) is not { } count) return true;
        if (_exponentialDelta && !count.IsCached)
        {
            Refuse(RejectReason.OutOfOrderDelta, 1, _name, "too many series are in use to add its deltas up");
            return true;
        }

        var totals = buckets.Of(count);
        lock (totals)
        {
            if (!_exponentialDelta)
            {
                totals.Replace(exponential);
            }
            else if (!totals.TryAccumulate(point.Time, exponential))
            {
                Refuse(RejectReason.OutOfOrderDelta, 1, _name, IntakeRequest.Name(count.Descriptor));
                return true;
            }

            totals.WriteTo(_told);
            foreach (var (bound, below) in _told) Add(point, ExponentialAttributes, Part.Bucket, BitConverter.DoubleToUInt64Bits(bound), below, MetricKind.Counter);
            Add(point, ExponentialAttributes, Part.Bucket, BitConverter.DoubleToUInt64Bits(double.PositiveInfinity), totals.Count, MetricKind.Counter);
            if (totals.HasSum) Add(point, ExponentialAttributes, Part.Sum, 0, totals.Sum, MetricKind.Counter);
            request.Add(count, point.Time, totals.Count);
        }

        return true;
    }

    /// <summary>Takes a summary in as its quantiles, sum and count; false when it is malformed.</summary>
    public bool TrySummary(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, NumberFlags, out var point) || !TryKey(bytes, NumberAttributes)) return false;
        if (point.NoValue || !request.IsTimely(point.Time, _name)) return true;
        var reader = new ProtoReader(bytes);
        while (OtlpAttributes.TryReadNext(ref reader, 6, out var pair))
        {
            // ValueAtQuantile { double quantile = 1; double value = 2 }; zeros are not written
            ulong quantile = 0, value = 0;
            var fields = new ProtoReader(pair);
            while (fields.TryReadTag(out var field, out var type))
            {
                if (type != WireType.Fixed64 || field is not (1 or 2))
                {
                    if (!fields.TrySkip(type)) return false;
                    continue;
                }

                if (!fields.TryReadFixed64(out var bits)) return false;
                if (field == 1) quantile = bits;
                else value = bits;
            }

            if (fields.Failed) return false;
            Add(point, NumberAttributes, Part.Quantile, quantile, BitConverter.UInt64BitsToDouble(value), MetricKind.Gauge);
        }

        Add(point, NumberAttributes, Part.Sum, 0, point.Sum, MetricKind.Counter);
        Add(point, NumberAttributes, Part.Count, 0, point.Count, MetricKind.Counter);
        return true;
    }

    // Resource and metric are in the key already; the attributes with their tags follow.
    private bool TryKey(ReadOnlySpan<byte> point, int attributes)
    {
        _key.Truncate(_metricKeyLength);
        var reader = new ProtoReader(point);
        while (OtlpAttributes.TryReadNext(ref reader, attributes, out var attribute)) _key.AddText(attribute);
        _pointKeyLength = _key.Length;
        return !reader.Failed;
    }

    private void Add(in OtlpPoint point, int attributes, Part part, ulong detail, double value, MetricKind kind)
    {
        if (Find(point, attributes, part, detail, kind) is not { } series) return;
        if (_delta) request.AddDelta(series, point.Time, value);
        else request.Add(series, point.Time, value);
    }

    private CachedSeries? Find(in OtlpPoint point, int attributes, Part part, ulong detail, MetricKind kind)
    {
        _key.Truncate(_pointKeyLength);
        _key.Add((byte)part);
        _key.Add(detail);
        return request.TryFind(_key.Span, out var series) ? series : Introduce(point, attributes, part, detail, kind);
    }

    private CachedSeries? Introduce(in OtlpPoint point, int attributes, Part part, ulong detail, MetricKind kind)
    {
        var builder = new DescriptorBuilder(request.Options);
        ReadOnlySpan<byte> suffix = part switch { Part.Bucket => "_bucket"u8, Part.Sum => "_sum"u8, Part.Count => "_count"u8, _ => [] };
        builder.Metric([.. _name, .. suffix]);
        Resource.Describe(builder);
        OtlpScope.Describe(_scope, request.Options.OtlpScopeLabels, builder);
        var reader = new ProtoReader(point.Bytes);
        while (OtlpAttributes.TryReadNext(ref reader, attributes, out var attribute))
        {
            if (!OtlpAttributes.TryRead(attribute, out var key, out var value)) throw OtlpIntake.Malformed();
            builder.Label(key, value, replace: true);
        }

        if (part is Part.Bucket or Part.Quantile)
        {
            var text = OtlpAttributes.NumberText(BitConverter.UInt64BitsToDouble(detail));
            builder.Label(part == Part.Bucket ? "le"u8 : "quantile"u8, Encoding.UTF8.GetBytes(text), replace: true);
        }

        var descriptor = builder.Build(kind, part is Part.Bucket or Part.Count ? "" : _unit);
        if (descriptor is null)
        {
            Refuse(builder.Reason, 1, _name, builder.Error);
            return null;
        }

        var series = request.Introduce(_key.Span, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, 1, IntakeRequest.Name(descriptor));
        return series;
    }

    // A unit describes; one that cannot be kept is no reason to refuse samples.
    private static string UnitText(ReadOnlySpan<byte> unit)
    {
        const int longest = 63;
        return unit.Length is 0 or > longest || !Utf8.IsValid(unit) || unit.Contains((byte)0) ? "" : Encoding.UTF8.GetString(unit);
    }
}
