// Hot file: every series and sample of remote write passes here. Known series cost no allocation but the batch's columns.
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Takes the series of a write request of 1.0 in.</summary>
internal sealed class RemoteWriteIntake(MetricFamilies families, LabelledSeries labelled, NativeHistograms histograms)
{
    /// <summary>Reads a decompressed body.</summary>
    /// <exception cref="IntakeFormatException">It is not a write request.</exception>
    public void Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var learnt = false;
        HistogramWorkspace? workspace = null;
        var reader = new WriteRequestReader(body);
        while (reader.TryRead(out var part, out var message))
        {
            if (part == WritePart.OfSecond) throw new IntakeFormatException(RemoteWriteContent.IsSecond);
            if (part == WritePart.Metadata)
            {
                if (!families.TryLearn(message, ref learnt)) throw Malformed();
                continue;
            }

            // The usual: the series that came next the last time too, with one sample and nothing else.
            var guessed = request.TryFindNext(message, out var expected, out var length);
            if (guessed && TimeSeriesReader.TryReadOnlySample(message[length..], out var at, out var single))
            {
                request.Add(expected!, at, single);
                continue;
            }

            if (!TimeSeriesReader.TryOpen(message, out var series)) throw Malformed();
            var known = guessed && series.Labels.SequenceEqual(message[..length]) ? expected : null;
            if (known is null && series.SampleCount > 0 && !request.TryFind(series.Labels, out known)) known = labelled.Introduce(series.Labels, 0, [], series.SampleCount, request);
            if (known is not null)
            {
                var left = series.SampleCount;
                for (; left > 0 && series.TryReadSample(out var time, out var value); left--) request.Add(known, time, value);
                if (left > 0) throw Malformed();
            }

            for (var left = series.HistogramCount; left > 0; left--)
            {
                if (!series.TryReadHistogram(out var histogram)) throw Malformed();
                histograms.Add(series.Labels, histogram, 0, [], workspace ??= new(), request);
            }
        }

        if (reader.Failed) throw Malformed();
        if (learnt) families.Apply();
    }

    public static IntakeFormatException Malformed() => new("The body is not a Prometheus WriteRequest in protobuf.");
}
