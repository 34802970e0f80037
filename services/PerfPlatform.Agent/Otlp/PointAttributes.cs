namespace PerfPlatform.Agent.Otlp;

/// <summary>The attributes of a data point, encoded once for each series so that a sample needs no string.</summary>
internal sealed class PointAttributes
{
    /// <summary>No attributes.</summary>
    public static readonly PointAttributes None = new([]);

    private readonly byte[] _fields;

    private PointAttributes(byte[] fields) => _fields = fields;

    /// <summary>Field attributes (7) of NumberDataPoint, as often as needed.</summary>
    public ReadOnlySpan<byte> Fields => _fields;

    public static PointAttributes Of(string key, string value) => new(Encode(7, (key, value)));

    public static PointAttributes Of(string key, long value) => new(Encode(7, (key, value)));

    /// <summary>Values are strings, or longs for whole numbers.</summary>
    public static PointAttributes Of(params ReadOnlySpan<(string Key, object Value)> attributes) => new(Encode(7, attributes));

    /// <summary>KeyValue messages under the given field number.</summary>
    public static byte[] Encode(int field, params ReadOnlySpan<(string Key, object Value)> attributes)
    {
        var writer = new ProtobufWriter();
        foreach (var (key, value) in attributes)
        {
            writer.Begin(field);
            writer.Text(1, key);
            writer.Begin(2);
            if (value is long number)
                writer.Integer(3, (ulong)number);
            else
                writer.Text(1, (string)value);
            writer.End();
            writer.End();
        }

        return writer.Written.ToArray();
    }
}
