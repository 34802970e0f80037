// Hot file: every series and sample of remote write passes here. Known series cost no allocation but the batch's columns.
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Takes the series of a write request in.</summary>
internal sealed class RemoteWriteIntake(MetricFamilies families)
{
    /// <summary>Reads a decompressed body.</summary>
    /// <exception cref="IntakeFormatException">It is not a write request.</exception>
    public void Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var learnt = false;
        var reader = new WriteRequestReader(body);
        while (reader.TryRead(out var part, out var message))
        {
            if (part == WritePart.Metadata)
            {
                if (!families.TryLearn(message, ref learnt)) throw Malformed();
                continue;
            }

            // The usual: the series that came next the last time too, with one sample and nothing else.
            if (request.TryFindNext(message, out var expected, out var length) && TimeSeriesReader.TryReadOnlySample(message[length..], out var at, out var single))
            {
                request.Add(expected, at, single);
                continue;
            }

            if (!TimeSeriesReader.TryOpen(message, out var series)) throw Malformed();
            CachedSeries? known = null;
            if (series.SampleCount > 0 && !request.TryFind(series.Labels, out known)) known = Introduce(series.Labels, series.SampleCount, request);
            if (known is not null)
            {
                var left = series.SampleCount;
                for (; left > 0 && series.TryReadSample(out var time, out var value); left--) request.Add(known, time, value);
                if (left > 0) throw Malformed();
            }

            if (series.HistogramCount > 0)
            {
                request.Rejections.Add(RejectReason.NotSupported, series.HistogramCount, "native histograms; send classic ones with buckets");
            }
        }

        if (reader.Failed) throw Malformed();
        if (learnt) families.Apply();
    }

    private static IntakeFormatException Malformed() => new("The body is not a Prometheus WriteRequest in protobuf.");

    private CachedSeries? Introduce(ReadOnlySpan<byte> labels, int samples, IntakeRequest request)
    {
        var builder = new DescriptorBuilder(request.Options);
        var reader = new ProtoReader(labels);
        while (TimeSeriesReader.TryReadLabel(ref reader, out var name, out var value))
        {
            if (name.SequenceEqual("__name__"u8)) builder.Metric(value);
            else builder.Label(name, value);
        }

        if (reader.Failed || reader.Position < labels.Length) throw Malformed();
        var (kind, unit) = families.Of(builder.MetricText);
        var descriptor = builder.Build(kind, unit);
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, samples, builder.MetricText.Length == 0 ? builder.Error : $"{builder.MetricText}: {builder.Error}");
            return null;
        }

        var series = request.Introduce(labels, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, samples, IntakeRequest.Name(descriptor));
        return series;
    }
}
