// Hot file: every series and sample of remote write 2.0 passes here. Known series cost no allocation but the batch's columns.
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Takes the series of an <c>io.prometheus.write.v2.Request</c> in: <c>repeated string symbols = 4; repeated TimeSeries timeseries = 5</c>.</summary>
internal sealed class ReferringIntake(MetricFamilies families, LabelledSeries labelled, NativeHistograms histograms, CreatedTimes created)
{
    /// <summary>Reads a decompressed body.</summary>
    /// <exception cref="IntakeFormatException">It is not such a request.</exception>
    public WrittenCounts Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var symbols = new SymbolTable(body);
        try
        {
            if (!symbols.TryRead()) throw Malformed();
            return Read(body, symbols, request);
        }
        finally
        {
            symbols.Dispose();
        }
    }

    private static IntakeFormatException Malformed() => new("The body is not an io.prometheus.write.v2.Request in protobuf.");

    private WrittenCounts Read(ReadOnlySpan<byte> body, in SymbolTable symbols, IntakeRequest request)
    {
        var references = new List<uint>();
        var labels = new KeyBuffer();
        HistogramWorkspace? workspace = null;
        var written = default(WrittenCounts);
        var learnt = false;
        var reader = new ProtoReader(body);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field != 5 || type != WireType.Bytes)
            {
                // 2.0 leaves the fields of 1.0 free, so that one is never taken for the other.
                if (field is 1 or 3 && type == WireType.Bytes) throw new IntakeFormatException(RemoteWriteContent.IsFirst);
                if (!reader.TrySkip(type)) throw Malformed();
                continue;
            }

            if (!reader.TryReadBytes(out var message) || !ReferringSeries.TryOpen(message, references, out var series)) throw Malformed();
            var reason = ReferredLabels.Write(references, symbols, request.Options, labels);
            if (reason != RejectReason.None)
            {
                var lost = series.SampleCount + series.HistogramCount;
                if (lost > 0 && request.Rejections.Count(reason, lost)) request.Rejections.Describe(reason, ReferredLabels.Explain(reason, request.Options));
                continue;
            }

            if (!symbols.TryGet(series.Unit, out var unit)) unit = default;
            if (series.SampleCount > 0) written = written with { Samples = written.Samples + AddSamples(ref series, labels.Span, unit, request, ref learnt) };
            for (var left = series.HistogramCount; left > 0; left--)
            {
                if (!series.TryReadHistogram(out var histogram)) throw Malformed();
                if (histograms.Add(labels.Span, histogram, series.Created, unit, workspace ??= new(), request)) written = written with { Histograms = written.Histograms + 1 };
            }
        }

        if (reader.Failed) throw Malformed();
        if (learnt) families.Apply();
        return written;
    }

    private int AddSamples(ref ReferringSeries series, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> unit, IntakeRequest request, ref bool learnt)
    {
        if (request.TryFind(labels, out var known))
        {
            // Each series repeats its metadata: it is new where the series came first by a protocol that has none.
            if (series.Type != 0) learnt |= families.TryLearnOnce(known.Descriptor, series.Type, unit);
        }
        else if ((known = labelled.Introduce(labels, series.Type, unit, series.SampleCount, request)) is null)
        {
            return 0;
        }

        var added = 0;
        for (var left = series.SampleCount; left > 0; left--)
        {
            if (!series.TryReadSample(out var time, out var value, out var start)) throw Malformed();
            created.Begin(known, start > 0 ? start : series.Created, time, request);
            if (request.Add(known, time, value) == RejectReason.None) added++;
        }

        return added;
    }
}
