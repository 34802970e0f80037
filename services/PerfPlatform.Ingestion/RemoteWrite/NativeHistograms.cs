// Hot file: every native histogram passes here. Known series cost no allocation but the batch's columns.
using System.Runtime.CompilerServices;
using System.Text;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Histograms;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Stores native histograms as classic ones: <c>_bucket</c> with <c>le</c>, <c>_sum</c> and <c>_count</c>.</summary>
internal sealed class NativeHistograms(LabelledSeries labelled, CreatedTimes created)
{
    // Bounded by the cache of series: what is remembered of a histogram goes with its _count.
    private readonly ConditionalWeakTable<CachedSeries, HistogramBounds> _bounds = [];

    private enum Part : byte
    {
        Bucket,
        Sum,
        Count,
    }

    /// <summary>Takes a histogram in; true when all of it was.</summary>
    /// <param name="labels">The series' labels as 1.0 writes them.</param>
    /// <param name="bytes">The histogram.</param>
    /// <param name="start">When the series began to count, where the histogram itself does not say it; or 0.</param>
    /// <param name="unit">The metadata's unit, where the series brings it.</param>
    /// <param name="workspace">What the request reads histograms with.</param>
    /// <param name="request">The request.</param>
    public bool Add(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> bytes, long start, ReadOnlySpan<byte> unit, HistogramWorkspace workspace, IntakeRequest request)
    {
        var (histogram, buckets) = (workspace.Histogram, workspace.Buckets);
        var refused = request.Rejections.Total;
        if (!histogram.TryRead(bytes)) return Refuse(labels, "its spans, counts or fields do not fit each other", request);
        // A histogram is stale by its sum.
        var stale = StaleMarker.Is(histogram.Sum);
        if (!stale && NativeBuckets.Lay(histogram, buckets) is { } wrong) return Refuse(labels, wrong, request);
        if (!request.IsTimely(histogram.Time, NameIn(labels))) return false;
        if (histogram.Start > 0) start = histogram.Start;

        if (Find(Part.Count, 0, labels, unit, workspace, request) is not { } count) return false;
        var known = _bounds.GetOrCreateValue(count);
        if (stale) known.All(buckets, histogram.Sum);
        else known.Complete(buckets, histogram.Count, StaleMarker.Value);

        var total = stale ? histogram.Sum : histogram.Count;
        Put(count, total, start, histogram.Time, request);
        foreach (var (bound, below) in buckets) Put(Find(Part.Bucket, bound, labels, unit, workspace, request), below, start, histogram.Time, request);
        Put(Find(Part.Bucket, double.PositiveInfinity, labels, unit, workspace, request), total, start, histogram.Time, request);
        Put(Find(Part.Sum, 0, labels, unit, workspace, request), histogram.Sum, start, histogram.Time, request);
        return request.Rejections.Total == refused;
    }

    private static bool Refuse(ReadOnlySpan<byte> labels, string why, IntakeRequest request)
    {
        if (request.Rejections.Count(RejectReason.BadValue, 1)) request.Rejections.Describe(RejectReason.BadValue, $"the native histogram {Encoding.UTF8.GetString(NameIn(labels))}: {why}");
        return false;
    }

    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> labels)
    {
        var reader = new ProtoReader(labels);
        while (TimeSeriesReader.TryReadLabel(ref reader, out var name, out var value))
        {
            if (name.SequenceEqual("__name__"u8)) return value;
        }

        return [];
    }

    private void Put(CachedSeries? series, double value, long start, long time, IntakeRequest request)
    {
        if (series is null) return;
        created.Begin(series, start, time, request);
        request.Add(series, time, value);
    }

    private CachedSeries? Find(Part part, double bound, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> unit, HistogramWorkspace workspace, IntakeRequest request)
    {
        var key = workspace.Key;
        key.Truncate(0);
        key.Add((byte)'H');
        key.Add((byte)part);
        key.Add(BitConverter.DoubleToUInt64Bits(bound));
        key.Add(labels);
        if (request.TryFind(key.Span, out var series)) return series;
        var text = part == Part.Bucket ? OtlpAttributes.NumberText(bound) : null;
        var suffix = part switch { Part.Bucket => "_bucket"u8, Part.Sum => "_sum"u8, _ => "_count"u8 };
        return labelled.IntroducePart(key.Span, labels, suffix, text, workspace.Histogram.IsGauge ? MetricKind.Gauge : MetricKind.Counter, unit, request);
    }
}
