// Hot file: every value of collectd passes here. Known series cost no allocation but the batch's columns.
using System.Text;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Collectd;

/// <summary>
/// Takes value lists in. Each value is a series <c>collectd.plugin.type</c>, with the data source's name behind it unless that is <c>value</c>;
/// its labels are host.name, plugin_instance and type_instance.
/// </summary>
internal sealed class CollectdIntake
{
    private readonly ValueList _list = new();
    private readonly KeyBuffer _key = new();

    /// <summary>Reads a body.</summary>
    /// <exception cref="IntakeFormatException">It is not what collectd sends.</exception>
    public void Read(ReadOnlySpan<byte> body, IntakeRequest request)
    {
        var reader = new CollectdReader(body, _list);
        for (var index = 0; reader.TryRead(); index++) TakeIn(index, request);
    }

    private void TakeIn(int index, IntakeRequest request)
    {
        if (Wrong() is { } error)
        {
            if (request.Rejections.Count(RejectReason.Malformed, Math.Max(_list.Values.Count, 1))) request.Rejections.Describe(RejectReason.Malformed, $"list {index}: {error}");
            return;
        }

        // The key: 'C', the five texts, then the data source's type and name.
        _key.Truncate(0);
        _key.Add((byte)'C');
        for (var part = ValueList.Part.Host; part < ValueList.Part.Count; part++) _key.AddText(_list[part]);
        var shared = _key.Length;
        for (var i = 0; i < _list.Values.Count; i++)
        {
            if (_list.Values[i] is not { } value) continue;
            _key.Truncate(shared);
            _key.Add((byte)_list.Source(i));
            _key.AddText(_list.Name(i));
            if (!request.TryFind(_key.Span, out var series) && (series = Introduce(index, i, request)) is null) continue;
            if (_list.Source(i) == DataSource.Absolute && value < 0) request.Rejections.Add(RejectReason.BadValue, 1, $"{IntakeRequest.Name(series.Descriptor)}: an absolute value is negative");
            else if (_list.Source(i) == DataSource.Absolute) request.AddDelta(series, _list.Time ?? request.Now, value);
            else request.Add(series, _list.Time ?? request.Now, value);
        }
    }

    private string? Wrong()
    {
        if (_list.Error is { } error) return error;
        if (_list.Values.Count == 0) return "it has no 'values'";
        if (_list.Values.Count != _list.Sources || _list.Values.Count != _list.Names) return "'values', 'dstypes' and 'dsnames' are not equally long";
        if (_list[ValueList.Part.Plugin].IsEmpty) return "it has no 'plugin'";
        return _list[ValueList.Part.Type].IsEmpty ? "it has no 'type'" : null;
    }

    private CachedSeries? Introduce(int index, int source, IntakeRequest request)
    {
        var builder = new DescriptorBuilder(request.Options);
        var name = _list.Name(source);
        byte[] metric = [.. "collectd."u8, .. _list[ValueList.Part.Plugin], (byte)'.', .. _list[ValueList.Part.Type]];
        builder.Metric(name.IsEmpty || name.SequenceEqual("value"u8) ? metric : [.. metric, (byte)'.', .. name]);
        builder.Label("host.name"u8, _list[ValueList.Part.Host]);
        builder.Label("plugin_instance"u8, _list[ValueList.Part.PluginInstance]);
        builder.Label("type_instance"u8, _list[ValueList.Part.TypeInstance]);
        var descriptor = builder.Build(_list.Source(source).Kind(), "");
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, 1, $"list {index} of plugin {Encoding.UTF8.GetString(_list[ValueList.Part.Plugin])}: {builder.Error}");
            return null;
        }

        var series = request.Introduce(_key.Span, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, 1, IntakeRequest.Name(descriptor));
        return series;
    }
}
