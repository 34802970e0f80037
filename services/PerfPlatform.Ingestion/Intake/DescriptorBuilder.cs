using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>Checks the parts of a series that is met for the first time, and makes its descriptor. The first mistake wins.</summary>
internal sealed class DescriptorBuilder(IngestionOptions options)
{
    // Bounded by IngestionOptions.MaxLabels.
    private readonly Dictionary<string, string> _labels = [];
    private readonly Dictionary<string, string> _metadata = [];
    private MetricName _metric;
    private bool _named;

    public RejectReason Reason { get; private set; }

    /// <summary>What to change, when <see cref="Reason"/> is not none.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The metric's name.</summary>
    public void Metric(ReadOnlySpan<byte> utf8)
    {
        var error = "The metric's name is not UTF-8.";
        if (!Utf8.IsValid(utf8) || !MetricName.TryParse(Encoding.UTF8.GetString(utf8), out _metric, out error)) Fail(RejectReason.BadMetricName, error);
        if (_named) Fail(RejectReason.BadLabel, "The metric's name comes twice.");
        _named = true;
    }

    /// <summary>A label. An empty value is no label, as Prometheus has it.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="value">UTF-8.</param>
    /// <param name="replace">Whether a label of the same name gives way; else it is a mistake.</param>
    public void Label(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool replace = false)
    {
        if (Reason != RejectReason.None || value.IsEmpty) return;
        if (!TryText(name, "A label's name", options.MaxLabelNameBytes, out var nameText)) return;
        if (nameText.Length == 0) Fail(RejectReason.BadLabel, "A label has no name.");
        else if (nameText == Fingerprint.NameLabel) Fail(RejectReason.BadLabel, $"The label {Fingerprint.NameLabel} is the metric's name and cannot be given besides it.");
        else if (TryText(value, $"The value of the label '{nameText}'", options.MaxLabelValueBytes, out var valueText))
        {
            if (replace) _labels[nameText] = valueText;
            else if (!_labels.TryAdd(nameText, valueText)) Fail(RejectReason.BadLabel, $"The label '{nameText}' comes twice.");
            if (_labels.Count > options.MaxLabels) Fail(RejectReason.TooManyLabels, $"The series has more than {options.MaxLabels} labels.");
        }
    }

    /// <summary>What describes the series and does not identify it. What cannot be kept is left out: it is no reason to refuse samples.</summary>
    public void Metadata(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.Length > options.MaxLabelNameBytes || value.IsEmpty || value.Length > options.MaxLabelValueBytes || _metadata.Count >= options.MaxLabels) return;
        if (!Utf8.IsValid(name) || !Utf8.IsValid(value) || name.Contains((byte)0) || value.Contains((byte)0)) return;
        _metadata[Encoding.UTF8.GetString(name)] = Encoding.UTF8.GetString(value);
    }

    /// <summary>The descriptor, or null where there was a mistake.</summary>
    public SeriesDescriptor? Build(MetricKind kind, string unit)
    {
        if (!_named) Fail(RejectReason.BadMetricName, "The metric has no name.");
        return Reason == RejectReason.None ? new SeriesDescriptor(_metric, Set(_labels), kind, unit, Set(_metadata)) : null;
    }

    /// <summary>The metric's name as far as it could be read, for error texts.</summary>
    public string MetricText => _metric.Value;

    private static LabelSet Set(Dictionary<string, string> pairs) => LabelSet.From(pairs.Select(p => new Label(p.Key, p.Value)));

    private bool TryText(ReadOnlySpan<byte> utf8, string what, int longest, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (utf8.Length > longest) Fail(RejectReason.BadLabel, $"{what} is longer than {longest} bytes.");
        else if (!Utf8.IsValid(utf8)) Fail(RejectReason.BadLabel, $"{what} is not UTF-8.");
        // PostgreSQL's text and jsonb cannot hold it.
        else if (utf8.Contains((byte)0)) Fail(RejectReason.BadLabel, $"{what} contains a NUL character.");
        else text = Encoding.UTF8.GetString(utf8);
        return text is not null;
    }

    private void Fail(RejectReason reason, string error)
    {
        if (Reason == RejectReason.None) (Reason, Error) = (reason, error);
    }
}
