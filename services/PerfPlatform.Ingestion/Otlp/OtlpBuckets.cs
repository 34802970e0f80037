using System.Runtime.CompilerServices;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Histograms;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// The buckets of one exponential histogram as they add up, at a scale of at most <see cref="MaxScale"/>. A bound that was told once is told with every
/// point from then on, so that its series has no holes. Not shared between threads without a lock.
/// </summary>
internal sealed class OtlpBuckets
{
    /// <summary>Bounds are powers of 2^(1/4), about 19 % apart: four an octave, the same for every sender of a finer scale.</summary>
    public const int MaxScale = 2;

    /// <summary>At scale -10 one bucket reaches from 1 to beyond the largest number.</summary>
    public const int MinScale = -10;

    // Of the bytes in which the totals are kept.
    private const byte Format = 1;

    // When there are more, neighbours are merged, as OpenTelemetry's own SDKs do.
    private const int MaxBuckets = 320;

    // All bounded by MaxBuckets after each point; while a point is read by the range of a double, 4 * 2100 indexes.
    private SortedDictionary<int, double> _positive = [];
    private SortedDictionary<int, double> _negative = [];
    private readonly List<(long Index, double Count)> _laidPositive = [];
    private readonly List<(long Index, double Count)> _laidNegative = [];
    private readonly HistogramBounds _known = new();
    private double _zero;
    private double _zeroThreshold;
    private long _time = long.MinValue;
    private long _firstTime;

    public int Scale { get; private set; } = MaxScale;

    public double Count { get; private set; }

    public double Sum { get; private set; }

    public bool HasSum { get; private set; }

    /// <summary>
    /// Adds a delta. One of the last time again (a retry) changes nothing; false for an older one, which cannot be placed.
    /// </summary>
    public bool TryAccumulate(long time, in OtlpExponential point)
    {
        if (time < _time) return false;
        if (_time == long.MinValue) _firstTime = time;
        if (time > _time) Add(point);
        _time = time;
        return true;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; anything else is totals that have not begun.</summary>
    public static OtlpBuckets Read(byte[] bytes)
    {
        var buckets = new OtlpBuckets();
        if (bytes is not [Format, ..]) return buckets;
        using var reader = new BinaryReader(new MemoryStream(bytes, 1, bytes.Length - 1));
        buckets.Scale = reader.ReadInt32();
        (buckets.Count, buckets.Sum, buckets.HasSum) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean());
        (buckets._zero, buckets._zeroThreshold) = (reader.ReadDouble(), reader.ReadDouble());
        (buckets._time, buckets._firstTime) = (reader.ReadInt64(), reader.ReadInt64());
        foreach (var side in (SortedDictionary<int, double>[])[buckets._positive, buckets._negative])
        {
            for (var left = reader.ReadInt32(); left > 0; left--) side.Add(reader.ReadInt32(), reader.ReadDouble());
        }

        buckets._known.ReadFrom(reader);
        return buckets;
    }

    /// <summary>For another instance of intake to go on with.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Format);
        writer.Write(Scale);
        writer.Write(Count);
        writer.Write(Sum);
        writer.Write(HasSum);
        writer.Write(_zero);
        writer.Write(_zeroThreshold);
        writer.Write(_time);
        writer.Write(_firstTime);
        foreach (var side in (SortedDictionary<int, double>[])[_positive, _negative])
        {
            writer.Write(side.Count);
            foreach (var (index, count) in side)
            {
                writer.Write(index);
                writer.Write(count);
            }
        }

        _known.WriteTo(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Whether the totals began with the delta of this time.</summary>
    public bool IsFirst(long time) => time == _firstTime;

    /// <summary>Takes the running totals of a cumulative point.</summary>
    public void Replace(in OtlpExponential point)
    {
        foreach (var side in (SortedDictionary<int, double>[])[_positive, _negative])
        {
            foreach (var index in side.Keys.ToArray()) side[index] = 0;
        }

        (_zero, Count, Sum, HasSum) = (0, 0, 0, false);
        Add(point);
    }

    /// <summary>
    /// Writes the bounds below infinity in rising order, with the count of values up to each; one that was written before and of which a coarser scale
    /// cannot tell how many lie below ends with a stale marker.
    /// </summary>
    public void WriteTo(List<(double Bound, double Below)> bounds)
    {
        Lay(_negative, _laidNegative);
        Lay(_positive, _laidPositive);
        ClassicBuckets.Lay(_laidNegative, _zero, _zeroThreshold, _laidPositive, Scale, bounds);
        _known.Complete(bounds, Count, StaleMarker.Value);
    }

    /// <summary>Writes every bound below infinity that was written before and has not ended.</summary>
    public void WriteKnownTo(List<(double Bound, double Below)> bounds) => _known.All(bounds, StaleMarker.Value);

    // OpenTelemetry's index is of a bucket's lower bound, Prometheus' of its upper one.
    private static void Lay(SortedDictionary<int, double> side, List<(long Index, double Count)> laid)
    {
        laid.Clear();
        foreach (var (index, count) in side) laid.Add((index + 1L, count));
    }

    private void Add(in OtlpExponential point)
    {
        while (Scale > Math.Min(point.Scale, MaxScale)) Downscale();
        point.Positive.AddTo(_positive, point.Scale - Scale);
        point.Negative.AddTo(_negative, point.Scale - Scale);
        while (_positive.Count + _negative.Count > MaxBuckets) Downscale();
        _zero += point.ZeroCount;
        if (point.ZeroThreshold > _zeroThreshold) _zeroThreshold = point.ZeroThreshold;
        Count += point.Count;
        Sum += point.Sum;
        HasSum |= point.HasSum;
    }

    // Two neighbours become one: bucket i lies in bucket i / 2 of the next coarser scale.
    private void Downscale()
    {
        (_positive, _negative) = (Halved(_positive), Halved(_negative));
        Scale--;
    }

    private static SortedDictionary<int, double> Halved(SortedDictionary<int, double> side)
    {
        var halved = new SortedDictionary<int, double>();
        foreach (var (index, count) in side) halved[index >> 1] = halved.GetValueOrDefault(index >> 1) + count;
        return halved;
    }
}

/// <summary>The running buckets by the series of the histogram's count; each is forgotten with its series.</summary>
internal sealed class OtlpBucketsOfSeries
{
    // Bounded by the series cache: an entry lives as long as its key.
    private readonly ConditionalWeakTable<Lookup.CachedSeries, OtlpBuckets> _buckets = [];

    public OtlpBuckets Of(Lookup.CachedSeries count) => _buckets.GetValue(count, static _ => new OtlpBuckets());
}
