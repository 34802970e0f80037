using System.Net.Http.Headers;
using Google.Protobuf;
using Snappier;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Prometheus remote write 1.0, written down by its field numbers: WriteRequest{1: TimeSeries{1: Label{1, 2}, 2: Sample{1, 2}}}.</summary>
internal static class RemoteWriteRequest
{
    public static byte[] Encode(IEnumerable<(string Metric, string Host, IEnumerable<(long Time, double Value)> Samples)> series) => Message(request =>
    {
        foreach (var (metric, host, samples) in series)
        {
            Field(request, 1, Message(one =>
            {
                Field(one, 1, Label("__name__", metric));
                Field(one, 1, Label("host", host));
                foreach (var (time, value) in samples)
                {
                    Field(one, 2, Message(sample =>
                    {
                        sample.WriteTag(1, WireFormat.WireType.Fixed64);
                        sample.WriteDouble(value);
                        sample.WriteTag(2, WireFormat.WireType.Varint);
                        sample.WriteInt64(time);
                    }));
                }
            }));
        }
    });

    public static HttpContent Content(byte[] message)
    {
        var content = new ByteArrayContent(Snappy.CompressToArray(message));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        content.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        return content;
    }

    private static byte[] Label(string name, string value) => Message(label =>
    {
        label.WriteTag(1, WireFormat.WireType.LengthDelimited);
        label.WriteString(name);
        label.WriteTag(2, WireFormat.WireType.LengthDelimited);
        label.WriteString(value);
    });

    private static void Field(CodedOutputStream target, int number, byte[] message)
    {
        target.WriteTag(number, WireFormat.WireType.LengthDelimited);
        target.WriteBytes(ByteString.CopyFrom(message));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true))
            write(stream);
        return bytes.ToArray();
    }
}
