// Hot file: looks the series of every data point up. A known one costs no allocation.
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// Finds the series of a request's data points. The key of a series is its resource, metric and attribute bytes as they came, and which part of the point it
/// is: the value itself, a bucket, the sum, the count or a quantile.
/// </summary>
internal sealed class OtlpSeries(IntakeRequest request)
{
    private readonly KeyBuffer _key = new();
    private byte[] _scope = [];
    private byte[] _name = [];
    private byte[] _unitBytes = [];
    private string _unit = "";
    private int _metricKeyLength;
    private int _pointKeyLength;

    /// <summary>The metric's name.</summary>
    public ReadOnlySpan<byte> Name => _name;

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
    public void Begin(in OtlpMetric metric)
    {
        if (!metric.Name.SequenceEqual(_name)) _name = metric.Name.ToArray();
        if (!metric.Unit.SequenceEqual(_unitBytes)) (_unitBytes, _unit) = (metric.Unit.ToArray(), UnitText(metric.Unit));
        _key.Truncate(0);
        _key.Add((byte)'O');
        _key.Add(Resource.Number);
        if (request.Options.OtlpScopeLabels) _key.AddText(_scope);
        _key.AddText(metric.Name);
        _metricKeyLength = _key.Length;
    }

    /// <summary>Starts a point; false when it is malformed. Resource and metric are in the key already, the attributes follow.</summary>
    public bool TryPoint(ReadOnlySpan<byte> point, int attributes)
    {
        _key.Truncate(_metricKeyLength);
        var reader = new ProtoReader(point);
        while (OtlpAttributes.TryReadNext(ref reader, attributes, out var attribute)) _key.AddText(attribute);
        _pointKeyLength = _key.Length;
        return !reader.Failed;
    }

    /// <summary>The series of a part of the point; null where it is refused, which is counted.</summary>
    /// <param name="point">The point.</param>
    /// <param name="attributes">The field of its attributes.</param>
    /// <param name="part">The part.</param>
    /// <param name="detail">Of a bucket the bound, of a quantile which: their bits.</param>
    /// <param name="kind">What a new series is.</param>
    public CachedSeries? Find(in OtlpPoint point, int attributes, OtlpPart part, ulong detail, MetricKind kind)
    {
        _key.Truncate(_pointKeyLength);
        _key.Add((byte)part);
        _key.Add(detail);
        return request.TryFind(_key.Span, out var series) ? series : Introduce(point, attributes, part, detail, kind);
    }

    private CachedSeries? Introduce(in OtlpPoint point, int attributes, OtlpPart part, ulong detail, MetricKind kind)
    {
        var builder = new DescriptorBuilder(request.Options);
        ReadOnlySpan<byte> suffix = part switch { OtlpPart.Bucket => "_bucket"u8, OtlpPart.Sum => "_sum"u8, OtlpPart.Count => "_count"u8, _ => [] };
        builder.Metric([.. _name, .. suffix]);
        Resource.Describe(builder);
        OtlpScope.Describe(_scope, request.Options.OtlpScopeLabels, builder);
        var reader = new ProtoReader(point.Bytes);
        while (OtlpAttributes.TryReadNext(ref reader, attributes, out var attribute))
        {
            if (!OtlpAttributes.TryRead(attribute, out var key, out var value)) throw OtlpIntake.Malformed();
            builder.Label(key, value, replace: true);
        }

        if (part is OtlpPart.Bucket or OtlpPart.Quantile)
        {
            var text = OtlpAttributes.NumberText(BitConverter.UInt64BitsToDouble(detail));
            builder.Label(part == OtlpPart.Bucket ? "le"u8 : "quantile"u8, Encoding.UTF8.GetBytes(text), replace: true);
        }

        var descriptor = builder.Build(kind, part is OtlpPart.Bucket or OtlpPart.Count ? "" : _unit);
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, 1, $"{Encoding.UTF8.GetString(_name)}: {builder.Error}");
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
