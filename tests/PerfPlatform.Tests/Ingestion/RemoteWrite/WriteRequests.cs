using Google.Protobuf;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

/// <summary>One series of a write request.</summary>
internal sealed record WrittenSeries(IReadOnlyList<Label> Labels, IReadOnlyList<(long Time, double Value)> Samples);

/// <summary>Write requests by Google's own writer and reader: slow, readable, and not ours.</summary>
internal static class WriteRequests
{
    /// <summary>A series of labels given as <c>name=value</c>, the metric first.</summary>
    public static WrittenSeries Series(string metric, IEnumerable<string> labels, params (long Time, double Value)[] samples) =>
        new([new Label("__name__", metric), .. labels.Select(l => l.Split('=', 2)).Select(p => new Label(p[0], p[1]))], samples);

    public static byte[] Write(params IEnumerable<WrittenSeries> series) => Message(output =>
    {
        foreach (var one in series) Field(output, 1, SeriesMessage(one));
    });

    public static byte[] Metadata(string family, int type, string unit = "") => Message(output => Field(output, 3, Message(metadata =>
    {
        metadata.WriteTag(1, WireFormat.WireType.Varint);
        metadata.WriteInt32(type);
        Text(metadata, 2, family);
        Text(metadata, 4, "help of " + family);
        Text(metadata, 5, unit);
    })));

    /// <summary>A request of 1.0 with one native histogram.</summary>
    public static byte[] Histogram(string metric, WrittenHistogram histogram) => Message(output => Field(output, 1, Message(series =>
    {
        Field(series, 1, LabelMessage(new Label("__name__", metric)));
        Field(series, 1, LabelMessage(new Label("job", "a")));
        Field(series, 4, histogram.ToMessage());
    })));

    /// <summary>Reads a request by Google's reader.</summary>
    public static IReadOnlyList<WrittenSeries> Read(byte[] body)
    {
        var series = new List<WrittenSeries>();
        var input = new CodedInputStream(body);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) != 1) input.SkipLastField();
            else series.Add(ReadSeries(input.ReadBytes().CreateCodedInput()));
        }

        return series;
    }

    public static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }

    public static void Field(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    public static void Text(CodedOutputStream output, int field, string text)
    {
        if (text.Length == 0) return;
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    public static byte[] LabelMessage(Label label) => Message(output =>
    {
        Text(output, 1, label.Name);
        Text(output, 2, label.Value);
    });

    public static byte[] SampleMessage(long time, double value) => Message(output =>
    {
        // As proto3 wants it, what is zero (and not -0.0) is not written.
        if (BitConverter.DoubleToInt64Bits(value) != 0)
        {
            output.WriteTag(1, WireFormat.WireType.Fixed64);
            output.WriteFixed64(BitConverter.DoubleToUInt64Bits(value));
        }

        if (time == 0) return;
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(time);
    });

    private static byte[] SeriesMessage(WrittenSeries series) => Message(output =>
    {
        foreach (var label in series.Labels) Field(output, 1, LabelMessage(label));
        foreach (var (time, value) in series.Samples) Field(output, 2, SampleMessage(time, value));
    });

    private static WrittenSeries ReadSeries(CodedInputStream input)
    {
        var labels = new List<Label>();
        var samples = new List<(long, double)>();
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var inner = WireFormat.GetTagFieldNumber(tag) is 1 or 2 ? input.ReadBytes().CreateCodedInput() : null;
            if (inner is null) input.SkipLastField();
            else if (WireFormat.GetTagFieldNumber(tag) == 1) labels.Add(ReadLabel(inner));
            else samples.Add(ReadSample(inner));
        }

        return new WrittenSeries(labels, samples);
    }

    private static Label ReadLabel(CodedInputStream input)
    {
        var (name, value) = ("", "");
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) name = input.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == 2) value = input.ReadString();
            else input.SkipLastField();
        }

        return new Label(name, value);
    }

    private static (long Time, double Value) ReadSample(CodedInputStream input)
    {
        var (time, value) = (0L, 0.0);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) value = BitConverter.UInt64BitsToDouble(input.ReadFixed64());
            else if (WireFormat.GetTagFieldNumber(tag) == 2) time = input.ReadInt64();
            else input.SkipLastField();
        }

        return (time, value);
    }
}
