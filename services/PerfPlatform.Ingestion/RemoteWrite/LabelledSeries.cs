using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Introduces series by their labels as 1.0 writes them.</summary>
internal sealed class LabelledSeries(MetricFamilies families)
{
    /// <summary>The series, or null where its samples are refused, which is counted.</summary>
    /// <param name="labels">Its labels, which are its key.</param>
    /// <param name="type">The metadata's type, or 0 where it came without.</param>
    /// <param name="unit">The metadata's unit.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="request">The request.</param>
    public CachedSeries? Introduce(ReadOnlySpan<byte> labels, ulong type, ReadOnlySpan<byte> unit, int samples, IntakeRequest request)
    {
        var builder = Read(labels, [], request);
        var (kind, unitText) = families.Of(builder.MetricText ?? "", type, unit);
        var series = Introduce(labels, builder, kind, unitText, samples, request);
        // Metadata that came in between has looked for the series where it was not yet.
        if (series is not null && families.Of(builder.MetricText ?? "", type, unit) != (kind, unitText)) families.Apply();
        return series;
    }

    /// <summary>A part of a histogram: its metric's name has a suffix, a bucket has its upper bound as a label.</summary>
    public CachedSeries? IntroducePart(ReadOnlySpan<byte> key, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> suffix, string? bound, MetricKind kind, ReadOnlySpan<byte> unit, IntakeRequest request)
    {
        var builder = Read(labels, suffix, request);
        if (bound is not null) builder.Label("le"u8, Encoding.UTF8.GetBytes(bound), replace: true);
        var (_, unitText) = families.Of(builder.MetricText ?? "", 0, unit);
        return Introduce(key, builder, kind, unitText, 1, request);
    }

    private static DescriptorBuilder Read(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> suffix, IntakeRequest request)
    {
        var builder = new DescriptorBuilder(request.Options);
        var reader = new ProtoReader(labels);
        while (TimeSeriesReader.TryReadLabel(ref reader, out var name, out var value))
        {
            if (!name.SequenceEqual("__name__"u8)) builder.Label(name, value);
            else if (suffix.IsEmpty || value.IsEmpty) builder.Metric(value);
            else builder.Metric([.. value, .. suffix]);
        }

        return !reader.Failed && reader.Position == labels.Length ? builder : throw RemoteWriteIntake.Malformed();
    }

    private static CachedSeries? Introduce(ReadOnlySpan<byte> key, DescriptorBuilder builder, MetricKind kind, string unit, int samples, IntakeRequest request)
    {
        var descriptor = builder.Build(kind, unit);
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, samples, string.IsNullOrEmpty(builder.MetricText) ? builder.Error : $"{builder.MetricText}: {builder.Error}");
            return null;
        }

        var series = request.Introduce(key, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, samples, IntakeRequest.Name(descriptor));
        return series;
    }
}
