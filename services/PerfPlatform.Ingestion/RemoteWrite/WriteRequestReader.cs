// Hot file: reads every remote write body. No LINQ, no closures, nothing allocated; malformed bytes answer false, never throw.
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>What a part of a write request is.</summary>
internal enum WritePart
{
    Series,
    Metadata,

    /// <summary>A field of 2.0, which 1.0 has not.</summary>
    OfSecond,
}

/// <summary>
/// Reads a <c>prometheus.WriteRequest</c> part by part: <c>repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3</c>.
/// </summary>
internal ref struct WriteRequestReader(ReadOnlySpan<byte> body)
{
    private ProtoReader _reader = new(body);

    /// <summary>Whether the body is malformed.</summary>
    public readonly bool Failed => _reader.Failed;

    /// <summary>Reads the next part; false at the end or when malformed.</summary>
    public bool TryRead(out WritePart part, out ReadOnlySpan<byte> message)
    {
        while (_reader.TryReadTag(out var field, out var type))
        {
            if (type == WireType.Bytes && field is (1 or 3 or 4 or 5))
            {
                part = field == 1 ? WritePart.Series : field == 3 ? WritePart.Metadata : WritePart.OfSecond;
                return _reader.TryReadBytes(out message);
            }

            if (!_reader.TrySkip(type)) break;
        }

        part = WritePart.Series;
        message = default;
        return false;
    }
}
