namespace PerfPlatform.Tests.Agent.Otlp;

/// <summary>One field of a protobuf message, read slowly and plainly: the reference that the agent's writer is compared with.</summary>
public sealed record ProtobufField(int Number, int WireType, ulong Value, byte[] Bytes)
{
    /// <summary>All fields of a message.</summary>
    public static List<ProtobufField> ReadAll(byte[] message)
    {
        var fields = new List<ProtobufField>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            var (number, wireType) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wireType)
            {
                case 0:
                    fields.Add(new ProtobufField(number, wireType, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new ProtobufField(number, wireType, BitConverter.ToUInt64(message, at), []));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(new ProtobufField(number, wireType, 0, message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"wire type {wireType} at {at}");
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
