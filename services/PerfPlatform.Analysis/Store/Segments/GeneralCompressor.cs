using ZstdSharp;

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>Zstandard frames, for what no better model is known. Made when first needed; used by one thread at a time.</summary>
internal sealed class GeneralCompressor : IDisposable
{
    private Compressor? _compressor;
    private Decompressor? _decompressor;
    private byte[] _frame = [];

    /// <summary>Writes the length of a frame as a varint and the frame.</summary>
    public void CompressCounted(ReadOnlySpan<byte> source, ColumnBytes target)
    {
        _compressor ??= new Compressor(3);
        var bound = Compressor.GetCompressBound(source.Length);
        if (_frame.Length < bound) _frame = new byte[bound];
        var length = _compressor.Wrap(source, _frame);
        target.AddVarInt((ulong)length);
        target.Add(_frame.AsSpan(0, length));
    }

    /// <summary>Reads what <see cref="CompressCounted"/> wrote.</summary>
    public void DecompressCounted(ReadOnlySpan<byte> source, ref int at, Span<byte> target)
    {
        var length = VarInt.Read(source, ref at);
        if (length > (ulong)(source.Length - at)) throw new InvalidDataException("A compressed part of the segment is cut off.");
        Decompress(source.Slice(at, (int)length), target);
        at += (int)length;
    }

    /// <exception cref="InvalidDataException">The frame is damaged or holds another number of bytes than the target.</exception>
    public void Decompress(ReadOnlySpan<byte> frame, Span<byte> target)
    {
        _decompressor ??= new Decompressor();
        try
        {
            if (_decompressor.Unwrap(frame, target) != target.Length) throw new InvalidDataException("A compressed part of the segment is cut off.");
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException("A compressed part of the segment is damaged.", e);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _compressor?.Dispose();
        _decompressor?.Dispose();
    }
}
