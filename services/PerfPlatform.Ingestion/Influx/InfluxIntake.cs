// Hot file: every line of line protocol passes here. Known series cost no allocation but the batch's columns.
using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>
/// Takes lines in. Each numeric field is a series: <c>measurement_field</c>, or the measurement alone where the field is named <c>value</c>;
/// tags are its labels. Strings are left out.
/// </summary>
internal sealed class InfluxIntake(TimePrecision precision) : IDisposable
{
    private const int LongestShown = 200;

    private readonly LineFields _fields = new();
    private readonly KeyBuffer _key = new();

    /// <summary>How many lines were not taken in, or not wholly.</summary>
    public int Dropped { get; private set; }

    /// <summary>Reads a body.</summary>
    public void Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var reader = new LineReader(body, _fields);
        while (reader.TryRead())
        {
            var before = request.Rejections.Total;
            TakeIn(body, in reader, request);
            if (request.Rejections.Total > before) Dropped++;
        }
    }

    public void Dispose() => _fields.Dispose();

    private void TakeIn(ReadOnlySpan<byte> body, in LineReader line, IntakeRequest request)
    {
        var time = request.Now;
        var error = line.Error;
        if (error is null && line.Time is { } given && !precision.TryMilliseconds(given, out time)) error = "time outside range";
        if (error is not null)
        {
            if (request.Rejections.Count(RejectReason.Malformed, 1)) request.Rejections.Describe(RejectReason.Malformed, $"unable to parse '{Shown(line.Text)}' (line {line.Number}): {error}");
            return;
        }

        if (_fields.Count == 0)
        {
            if (request.Rejections.Count(RejectReason.NotSupported, 1)) request.Rejections.Describe(RejectReason.NotSupported, $"line {line.Number} has only strings: '{Shown(line.Text)}'");
            return;
        }

        // The key: 'I', measurement and tags as they came, the field's name as it came.
        _key.Truncate(0);
        _key.Add((byte)'I');
        _key.AddText(line.Head);
        var head = _key.Length;
        for (var i = 0; i < _fields.Count; i++)
        {
            ref readonly var field = ref _fields[i];
            _key.Truncate(head);
            _key.AddText(body.Slice(field.Start, field.Length));
            if (request.TryFind(_key.Span, out var series) || Introduce(in line, body.Slice(field.Start, field.Length), request, out series)) request.Add(series!, time, field.Value);
        }
    }

    private bool Introduce(in LineReader line, ReadOnlySpan<byte> field, IntakeRequest request, out CachedSeries? series)
    {
        series = null;
        var builder = new DescriptorBuilder(request.Options);
        var measurement = line.Head[..line.MeasurementLength];
        var metric = LineEscapes.Remove(measurement, equals: false);
        if (!field.SequenceEqual("value"u8)) metric = (byte[])[.. metric, (byte)'_', .. LineEscapes.Remove(field, equals: true)];
        builder.Metric(metric);
        for (var tags = line.Head[line.MeasurementLength..]; !tags.IsEmpty;)
        {
            tags = tags[1..];
            var name = LineEscapes.Until(tags, (byte)'=');
            var value = LineEscapes.Until(tags[(name + 1)..], (byte)',');
            builder.Label(LineEscapes.Remove(tags[..name], equals: true), LineEscapes.Remove(tags.Slice(name + 1, value), equals: true));
            tags = tags[(name + 1 + value)..];
        }

        var descriptor = builder.Build(MetricKind.Unknown, "");
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, 1, $"line {line.Number}: {builder.Error}");
            return false;
        }

        series = request.Introduce(_key.Span, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, 1, IntakeRequest.Name(descriptor));
        return series is not null;
    }

    private static string Shown(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n"u8);
        return line.Length <= LongestShown ? Encoding.UTF8.GetString(line) : Encoding.UTF8.GetString(line[..LongestShown]) + "...";
    }
}
