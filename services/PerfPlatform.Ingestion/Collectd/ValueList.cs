// Hot file: filled for every value list of every body. Grows, is used again, allocates nothing once large enough.
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Collectd;

/// <summary>The value list that is being read: the texts in one buffer, values, types and names in columns. Valid until the next list.</summary>
internal sealed class ValueList
{
    // All bounded by the body.
    private readonly KeyBuffer _texts = new();
    private readonly List<double?> _values = [];
    private readonly List<DataSource> _sources = [];
    private readonly List<(int Start, int Length)> _names = [];
    private readonly (int Start, int Length)[] _parts = new (int, int)[(int)Part.Count];

    /// <summary>The texts that name a value list.</summary>
    public enum Part
    {
        Host,
        Plugin,
        PluginInstance,
        Type,
        TypeInstance,
        Count,
    }

    /// <summary>Unix milliseconds.</summary>
    public long? Time { get; set; }

    /// <summary>The first thing that is wrong with the list.</summary>
    public string? Error { get; set; }

    /// <summary>The values; null where the plugin could not read one.</summary>
    public IReadOnlyList<double?> Values => _values;

    public int Sources => _sources.Count;

    public int Names => _names.Count;

    public void Clear()
    {
        _texts.Truncate(0);
        _values.Clear();
        _sources.Clear();
        _names.Clear();
        Array.Clear(_parts);
        (Time, Error) = (null, null);
    }

    public ReadOnlySpan<byte> this[Part part] => Text(_parts[(int)part]);

    public DataSource Source(int index) => _sources[index];

    public ReadOnlySpan<byte> Name(int index) => Text(_names[index]);

    public void Set(Part part, ReadOnlySpan<byte> text) => _parts[(int)part] = Keep(text);

    public void AddValue(double? value) => _values.Add(value);

    public void AddSource(DataSource source) => _sources.Add(source);

    public void AddName(ReadOnlySpan<byte> text) => _names.Add(Keep(text));

    private (int Start, int Length) Keep(ReadOnlySpan<byte> text)
    {
        var start = _texts.Length;
        _texts.Add(text);
        return (start, text.Length);
    }

    private ReadOnlySpan<byte> Text((int Start, int Length) at) => _texts.Span.Slice(at.Start, at.Length);
}
