// Hot file: every data point of OTLP passes here. Known series cost no allocation but the batch's columns.
using System.Text;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Sums;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>Turns the data points of one request into samples: each is of one or several series, as <see cref="OtlpPart"/> says.</summary>
internal sealed class OtlpPoints(IntakeRequest request, OtlpSeries series, OtlpBucketsOfSeries buckets)
{
    private const int NumberAttributes = 7, HistogramAttributes = 9, ExponentialAttributes = 1, NumberFlags = 8, HistogramFlags = 10;

    // Bounded by the point that they are read from.
    private readonly List<ulong> _counts = [];
    private readonly List<ulong> _bounds = [];
    private readonly List<(double Bound, double Below)> _told = [];
    private MetricKind _kind;
    private bool _delta;
    private bool _exponentialDelta;
    private bool _first;

    /// <summary>Whether only deltas count: the running sums that they need.</summary>
    public bool IsAsking => request.IsAsking;

    /// <summary>Starts a metric.</summary>
    public void Begin(in OtlpMetric metric, in OtlpData data)
    {
        series.Begin(metric);
        _delta = metric.Kind is OtlpMetric.Sum or OtlpMetric.Histogram && data.Temporality == OtlpData.Delta;
        _exponentialDelta = metric.Kind == OtlpMetric.ExponentialHistogram && data.Temporality == OtlpData.Delta;
        _first = false;
        _kind = metric.Kind == OtlpMetric.Sum && data.IsMonotonic ? MetricKind.Counter : metric.Kind == 0 ? MetricKind.Unknown : MetricKind.Gauge;
    }

    /// <summary>Counts the points of a metric that cannot be taken in.</summary>
    public void Refuse(in OtlpMetric metric, in OtlpData data, string why)
    {
        if (data.Points == 0) return;
        request.Rejections.Add(RejectReason.BadValue, data.Points, $"{Encoding.UTF8.GetString(metric.Name)}: {why}");
        request.Rejections.Points += data.Points;
    }

    /// <summary>Takes a point of a metric of that kind in; false when it is malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> point, int kind)
    {
        var refused = request.Rejections.Total;
        var read = kind switch
        {
            OtlpMetric.Histogram => TryHistogram(point),
            OtlpMetric.ExponentialHistogram => TryExponential(point),
            OtlpMetric.Summary => TrySummary(point),
            _ => TryNumber(point),
        };
        if (request.Rejections.Total > refused) request.Rejections.Points++;
        return read;
    }

    // A point of a gauge or a sum.
    private bool TryNumber(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, NumberFlags, out var point) || !series.TryPoint(bytes, NumberAttributes)) return false;
        if (point.NoValue)
        {
            // Of a running sum nothing is known to have ended: the next delta goes on.
            if (!_delta) End(point, NumberAttributes, OtlpPart.Value, 0, _kind);
        }
        else if (_delta && _kind == MetricKind.Counter && point.Number < 0)
        {
            Refuse("a delta of a monotonic sum is negative");
        }
        else if (point.HasNumber)
        {
            Add(point, NumberAttributes, OtlpPart.Value, 0, point.Number, _kind);
        }
        else
        {
            Refuse("a data point has no value");
        }

        return true;
    }

    // A histogram is its counters.
    private bool TryHistogram(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, HistogramFlags, out var point) || !series.TryPoint(bytes, HistogramAttributes)) return false;
        if (!point.TryReadNumbers(6, _counts) || !point.TryReadNumbers(7, _bounds)) return false;
        if ((point.NoValue && _delta) || !request.IsTimely(point.Time, series.Name)) return true;
        if (point.NoValue)
        {
            foreach (var bound in _bounds) End(point, HistogramAttributes, OtlpPart.Bucket, bound, MetricKind.Counter);
            EndTotals(point, HistogramAttributes, buckets: true, point.HasField5);
            return true;
        }

        if (_delta && RefusesSum(point.Sum)) return true;

        if (_counts.Count != 0 && _counts.Count != _bounds.Count + 1)
        {
            Refuse($"{_counts.Count} bucket counts and {_bounds.Count} bounds; there must be one count more than bounds");
            return true;
        }

        if (OtlpBucketCounts.Sum(_counts) is var held && held > point.Count)
        {
            Refuse($"its buckets hold {held}, more than its count of {point.Count}");
            return true;
        }

        if (!AreAscending(_bounds))
        {
            Refuse("its bounds are not finite and ascending");
            return true;
        }

        var below = 0.0;
        for (var i = 0; i < _counts.Count - 1; i++)
        {
            below += _counts[i];
            Add(point, HistogramAttributes, OtlpPart.Bucket, _bounds[i], below, MetricKind.Counter);
        }

        Add(point, HistogramAttributes, OtlpPart.Bucket, BitConverter.DoubleToUInt64Bits(double.PositiveInfinity), point.Count, MetricKind.Counter);
        if (point.HasField5) Add(point, HistogramAttributes, OtlpPart.Sum, 0, point.Sum, MetricKind.Counter);
        Add(point, HistogramAttributes, OtlpPart.Count, 0, point.Count, MetricKind.Counter);
        return true;
    }

    // An exponential histogram is the counters of a classic one. Deltas are added up here, bucket by bucket: a point tells only the buckets around its own
    // values, and the counters of all others must go on too.
    private bool TryExponential(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, HistogramFlags, out var point) || !OtlpExponential.TryRead(point, out var exponential) || !series.TryPoint(bytes, ExponentialAttributes)) return false;
        if ((point.NoValue && _exponentialDelta) || !request.IsTimely(point.Time, series.Name)) return true;
        if (exponential.Scale < OtlpBuckets.MinScale)
        {
            Refuse($"scale {exponential.Scale}; it must be {OtlpBuckets.MinScale} or more");
            return true;
        }

        if (exponential.BucketsCount > point.Count)
        {
            Refuse($"its buckets hold {exponential.BucketsCount}, more than its count of {point.Count}");
            return true;
        }

        if (_exponentialDelta && RefusesSum(point.Sum)) return true;

        if (series.Find(point, ExponentialAttributes, OtlpPart.Count, 0, MetricKind.Counter) is not { } count) return true;
        if (_exponentialDelta && !count.IsCached)
        {
            Refuse("too many series are in use to add its deltas up", RejectReason.OutOfOrderDelta);
            return true;
        }

        var sum = new SumKey(count.Descriptor.Fingerprint, IsBuckets: true);
        if (request.IsAsking)
        {
            request.Ask(sum);
            return true;
        }

        var shared = _exponentialDelta ? request.Sums : null;
        var totals = shared is null ? buckets.Of(count) : shared.TryGet(sum, out var lent) ? OtlpBuckets.Read(lent) : null;
        if (totals is null)
        {
            Refuse(IntakeRequest.Name(count.Descriptor), RejectReason.OutOfOrderDelta);
            return true;
        }

        lock (totals)
        {
            if (point.NoValue)
            {
                totals.WriteKnownTo(_told);
                foreach (var (bound, _) in _told) End(point, ExponentialAttributes, OtlpPart.Bucket, BitConverter.DoubleToUInt64Bits(bound), MetricKind.Counter);
                EndTotals(point, ExponentialAttributes, buckets: true, totals.HasSum);
                return true;
            }

            if (!_exponentialDelta)
            {
                totals.Replace(exponential);
            }
            else if (!totals.TryAccumulate(point.Time, exponential))
            {
                Refuse(IntakeRequest.Name(count.Descriptor), RejectReason.OutOfOrderDelta);
                return true;
            }

            _first = _exponentialDelta && totals.IsFirst(point.Time);
            totals.WriteTo(_told);
            foreach (var (bound, below) in _told) Add(point, ExponentialAttributes, OtlpPart.Bucket, BitConverter.DoubleToUInt64Bits(bound), below, MetricKind.Counter);
            Add(point, ExponentialAttributes, OtlpPart.Bucket, BitConverter.DoubleToUInt64Bits(double.PositiveInfinity), totals.Count, MetricKind.Counter);
            if (totals.HasSum) Add(point, ExponentialAttributes, OtlpPart.Sum, 0, totals.Sum, MetricKind.Counter);
            Add(point, ExponentialAttributes, OtlpPart.Count, 0, totals.Count, MetricKind.Counter);
            shared?.Set(sum, totals.ToBytes());
        }

        return true;
    }

    // A summary is its quantiles, sum and count.
    private bool TrySummary(ReadOnlySpan<byte> bytes)
    {
        if (!OtlpPoint.TryRead(bytes, NumberFlags, out var point) || !series.TryPoint(bytes, NumberAttributes)) return false;
        if (!request.IsTimely(point.Time, series.Name)) return true;
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
            if (point.NoValue) End(point, NumberAttributes, OtlpPart.Quantile, quantile, MetricKind.Gauge);
            else Add(point, NumberAttributes, OtlpPart.Quantile, quantile, BitConverter.UInt64BitsToDouble(value), MetricKind.Gauge);
        }

        if (point.NoValue)
        {
            EndTotals(point, NumberAttributes, buckets: false, sum: true);
            return true;
        }

        Add(point, NumberAttributes, OtlpPart.Sum, 0, point.Sum, MetricKind.Counter);
        Add(point, NumberAttributes, OtlpPart.Count, 0, point.Count, MetricKind.Counter);
        return true;
    }

    private void Add(in OtlpPoint point, int attributes, OtlpPart part, ulong detail, double value, MetricKind kind)
    {
        if (series.Find(point, attributes, part, detail, kind) is not { } known) return;
        if (_delta)
        {
            request.AddDelta(known, point.Time, value, point.Start);
            return;
        }

        if (_first) request.AddZero(known, point.Start, point.Time);
        else if (kind == MetricKind.Counter && !_exponentialDelta) request.NoteStart(known, point.Start, point.Time);
        request.Add(known, point.Time, value);
    }

    // The point says that there is no value any more.
    private void End(in OtlpPoint point, int attributes, OtlpPart part, ulong detail, MetricKind kind)
    {
        if (series.Find(point, attributes, part, detail, kind) is { } known) request.Add(known, point.Time, StaleMarker.Value);
    }

    private void EndTotals(in OtlpPoint point, int attributes, bool buckets, bool sum)
    {
        if (buckets) End(point, attributes, OtlpPart.Bucket, BitConverter.DoubleToUInt64Bits(double.PositiveInfinity), MetricKind.Counter);
        if (sum) End(point, attributes, OtlpPart.Sum, 0, MetricKind.Counter);
        End(point, attributes, OtlpPart.Count, 0, MetricKind.Counter);
    }

    // Counters are made of sums: one that falls would be taken for one that began anew.
    private bool RefusesSum(double sum)
    {
        if (sum >= 0 && double.IsFinite(sum)) return false;
        Refuse(sum < 0 ? "a delta's sum is negative; a histogram of negative values must leave it out" : "a delta's sum is no finite number");
        return true;
    }

    private static bool AreAscending(List<ulong> bounds)
    {
        var last = double.NegativeInfinity;
        foreach (var bits in bounds)
        {
            var bound = BitConverter.UInt64BitsToDouble(bits);
            if (!(bound > last) || double.IsPositiveInfinity(bound)) return false;
            last = bound;
        }

        return true;
    }

    private void Refuse(string why, RejectReason reason = RejectReason.BadValue) => request.Rejections.Add(reason, 1, $"{Encoding.UTF8.GetString(series.Name)}: {why}");
}
