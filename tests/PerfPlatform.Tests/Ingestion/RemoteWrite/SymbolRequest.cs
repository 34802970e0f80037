using Google.Protobuf;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

/// <summary>A request of remote write 2.0 by Google's writer.</summary>
internal sealed class SymbolRequest
{
    private readonly List<string> _symbols = [""];
    private readonly List<byte[]> _series = [];

    /// <summary>Whether a text gets a number each time, which is legal and wasteful.</summary>
    public bool Repeat { get; init; }

    /// <summary>Whether the texts come after the series that refer to them.</summary>
    public bool SymbolsLast { get; init; }

    public void Add(WrittenSeries series, bool packed = true, long created = 0, int type = 0, string unit = "", long start = 0) => AddSeries(series.Labels.SelectMany(l => new[] { l.Name, l.Value }), packed, created, type, unit, output =>
    {
        foreach (var (time, value) in series.Samples)
        {
            var message = WriteRequests.SampleMessage(time, value);
            WriteRequests.Field(output, 2, start == 0 ? message : [.. message, .. WriteRequests.Message(sample => Varint(sample, 3, (ulong)start))]);
        }
    });

    public void AddHistogram(string metric, WrittenHistogram histogram, long created = 0, string unit = "") =>
        AddSeries(["__name__", metric, "job", "a"], true, created, 3, unit, output => WriteRequests.Field(output, 3, histogram.ToMessage()));

    /// <summary>A series whose references are given as numbers.</summary>
    public void AddRaw(IReadOnlyList<uint> references, byte[] sample) => _series.Add(WriteRequests.Message(output =>
    {
        References(output, references, packed: true);
        WriteRequests.Field(output, 2, sample);
    }));

    public byte[] ToBody() => WriteRequests.Message(output =>
    {
        if (!SymbolsLast) WriteSymbols(output);
        foreach (var one in _series) WriteRequests.Field(output, 5, one);
        if (SymbolsLast) WriteSymbols(output);
    });

    private void AddSeries(IEnumerable<string> texts, bool packed, long created, int type, string unit, Action<CodedOutputStream> values) => _series.Add(WriteRequests.Message(output =>
    {
        References(output, [.. texts.Select(Number)], packed);
        values(output);
        // An exemplar: ignored.
        WriteRequests.Field(output, 4, WriteRequests.Message(exemplar => Varint(exemplar, 3, 1)));
        if (type != 0)
        {
            WriteRequests.Field(output, 5, WriteRequests.Message(metadata =>
            {
                Varint(metadata, 1, (ulong)type);
                Varint(metadata, 3, Number("help"));
                Varint(metadata, 4, Number(unit));
            }));
        }

        if (created != 0) Varint(output, 6, (ulong)created);
    }));

    private uint Number(string text)
    {
        var known = Repeat ? -1 : _symbols.IndexOf(text);
        if (known >= 0) return (uint)known;
        _symbols.Add(text);
        return (uint)(_symbols.Count - 1);
    }

    private void WriteSymbols(CodedOutputStream output)
    {
        foreach (var symbol in _symbols)
        {
            output.WriteTag(4, WireFormat.WireType.LengthDelimited);
            output.WriteString(symbol);
        }
    }

    private static void References(CodedOutputStream output, IReadOnlyList<uint> references, bool packed)
    {
        if (packed)
        {
            WriteRequests.Field(output, 1, WriteRequests.Message(inner =>
            {
                foreach (var reference in references) inner.WriteUInt32(reference);
            }));
            return;
        }

        foreach (var reference in references) Varint(output, 1, reference);
    }

    private static void Varint(CodedOutputStream output, int field, ulong value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(value);
    }
}
