using System.Buffers;
using System.Collections.Concurrent;
using ZstdSharp;

namespace PerfPlatform.Contracts.Samples;

/// <summary>Zstandard of batch bodies, with contexts and buffers that are used again.</summary>
internal static class SampleBatchCodecCompression
{
    // A smaller body does not repay the frame.
    private const int SmallestBody = 512;

    // RFC 8878: a block has at least 3 bytes of header and gives at most 128 kB. A length beyond that is a lie, refused before it is allocated.
    private const int BlockHeader = 3;
    private const int BlockMaximum = 128 << 10;

    // Bounded: as many contexts rest here as can work at once; more are disposed of.
    private static readonly int Resting = Environment.ProcessorCount * 2;
    private static readonly ConcurrentQueue<Compressor> Compressors = new();
    private static readonly ConcurrentQueue<Decompressor> Decompressors = new();

    /// <summary>The compressed body in a rented array, or nothing where compression does not make it smaller.</summary>
    public static ArraySegment<byte> TryCompress(ReadOnlySpan<byte> body)
    {
        if (body.Length <= SmallestBody) return default;
        var target = ArrayPool<byte>.Shared.Rent(body.Length);
        if (!Compressors.TryDequeue(out var compressor)) compressor = new Compressor(level: 1);
        if (!compressor.TryWrap(body, target.AsSpan(0, body.Length - 8), out var written))
        {
            written = 0;
        }

        if (Compressors.Count < Resting) Compressors.Enqueue(compressor);
        else compressor.Dispose();
        if (written > 0) return new ArraySegment<byte>(target, 0, written);
        ArrayPool<byte>.Shared.Return(target);
        return default;
    }

    /// <summary>The body in a rented array.</summary>
    /// <exception cref="InvalidDataException">The bytes do not decompress to the length that is said.</exception>
    public static ArraySegment<byte> Decompress(ReadOnlySpan<byte> compressed, int length)
    {
        if (length > SampleBatchCodec.MaxBodyBytes)
        {
            throw new InvalidDataException($"The body says {length} bytes, more than {SampleBatchCodec.MaxBodyBytes}.");
        }

        if (length > (long)(compressed.Length / BlockHeader) * BlockMaximum)
        {
            throw new InvalidDataException($"The body says {length} bytes, more than {compressed.Length} compressed bytes can hold.");
        }

        var target = ArrayPool<byte>.Shared.Rent(length);
        if (!Decompressors.TryDequeue(out var decompressor)) decompressor = new Decompressor();
        var done = false;
        try
        {
            var written = decompressor.Unwrap(compressed, target.AsSpan(0, length));
            if (written != length) throw new InvalidDataException($"The body says {length} bytes and has {written}.");
            done = true;
            if (Decompressors.Count < Resting)
            {
                Decompressors.Enqueue(decompressor);
                decompressor = null;
            }

            return new ArraySegment<byte>(target, 0, length);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException("The body does not decompress: " + e.Message, e);
        }
        finally
        {
            decompressor?.Dispose();
            if (!done) ArrayPool<byte>.Shared.Return(target);
        }
    }

    /// <summary>Gives a rented array back.</summary>
    public static void Return(ArraySegment<byte> rented) => ArrayPool<byte>.Shared.Return(rented.Array!);
}
