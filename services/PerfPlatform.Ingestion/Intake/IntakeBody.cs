using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>A request's body in rented memory that is counted against the gate. Its bytes are valid until it is disposed.</summary>
internal sealed class IntakeBody : IDisposable
{
    private const int FirstRead = 16 << 10;

    private readonly IntakeGate _gate;
    private readonly IngestionOptions _options;
    private byte[] _bytes = [];
    private int _length;
    private long _taken;

    private IntakeBody(IntakeGate gate, IngestionOptions options) => (_gate, _options) = (gate, options);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>How a body is compressed, as the request says; empty where it is not. Names of codings have no case.</summary>
    public static string EncodingOf(HttpRequest request) =>
        request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch { "identity" => "", "x-gzip" => "gzip", var coding => coding };

    /// <summary>Reads a body as it comes.</summary>
    public static async Task<IntakeBody> ReadAsync(HttpRequest request, IntakeGate gate, IngestionOptions options, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodyBytes) throw TooLarge(options);
        // Our own limit counts, also where it is above the server's.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        return await ReadAsync(request.Body, request.ContentLength, gate, options, cancellationToken);
    }

    /// <summary>Reads what a stream holds.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="length">How long it says to be, where it does.</param>
    /// <param name="gate">What bounds the bytes in work.</param>
    /// <param name="options">The limits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IntakeBody> ReadAsync(Stream source, long? length, IntakeGate gate, IngestionOptions options, CancellationToken cancellationToken)
    {
        if (length > options.MaxBodyBytes) throw TooLarge(options);
        var body = new IntakeBody(gate, options);
        try
        {
            await body.FillAsync(source, (int)(length ?? FirstRead), options.MaxBodyBytes, () => TooLarge(options), cancellationToken);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Replaces a gzip body by what it holds.</summary>
    public Task GunzipAsync(CancellationToken cancellationToken) =>
        DecompressAsync(packed => new GZipStream(packed, CompressionMode.Decompress), "gzip", cancellationToken);

    /// <summary>Replaces a zstd body by what it holds.</summary>
    public async Task UnzstdAsync(CancellationToken cancellationToken)
    {
        // The window that RFC 9659 allows for content encodings, 8 MiB: a frame cannot ask for more memory.
        const int windowLog = 23;
        Take(1 << windowLog);
        using var decompressor = new Decompressor();
        decompressor.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, windowLog);
        await DecompressAsync(packed => new DecompressionStream(packed, decompressor), "zstd", cancellationToken);
    }

    /// <summary>Drops bytes at the beginning.</summary>
    public void Skip(int count)
    {
        Span[count..].CopyTo(_bytes);
        _length -= count;
    }

    /// <summary>An empty body to write into, counted against the same gate.</summary>
    public IntakeBody NewEmpty()
    {
        var body = new IntakeBody(_gate, _options);
        body.Take(FirstRead);
        body._bytes = ArrayPool<byte>.Shared.Rent(FirstRead);
        return body;
    }

    /// <summary>Adds bytes at the end, which the caller fills before the next call.</summary>
    public Span<byte> Append(int count)
    {
        if (_length + (long)count > _options.MaxDecompressedBytes) throw DecompressedTooLarge();
        while (_bytes.Length - _length < count) Grow(_options.MaxDecompressedBytes);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    /// <summary>Bytes that were added before.</summary>
    public Span<byte> Written(int start, int count) => _bytes.AsSpan(start, count);

    private async Task DecompressAsync(Func<Stream, Stream> open, string encoding, CancellationToken cancellationToken)
    {
        var (packed, length) = (_bytes, _length);
        (_bytes, _length) = ([], 0);
        try
        {
            await using var stream = open(new MemoryStream(packed, 0, length, writable: false));
            await FillAsync(stream, (int)Math.Min(length * 4L, _options.MaxDecompressedBytes), _options.MaxDecompressedBytes, DecompressedTooLarge, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new IntakeFormatException($"The body says {encoding} and is not.", e);
        }
        finally
        {
            if (packed.Length > 0) ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <summary>Replaces the body by what <paramref name="unpack"/> makes of it, whose length is known beforehand.</summary>
    public void Unpack(int length, Unpacker unpack)
    {
        if (length > _options.MaxDecompressedBytes) throw DecompressedTooLarge();
        Take(length);
        var target = ArrayPool<byte>.Shared.Rent(length);
        var written = -1;
        try
        {
            written = unpack(Span, target.AsSpan(0, length));
        }
        finally
        {
            if (written < 0) ArrayPool<byte>.Shared.Return(target);
        }

        var packed = _bytes;
        (_bytes, _length) = (target, written);
        if (packed.Length > 0) ArrayPool<byte>.Shared.Return(packed);
    }

    public void Dispose()
    {
        _gate.Return(_taken);
        _taken = 0;
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private static IntakeTooLargeException TooLarge(IngestionOptions options) =>
        new($"The body is larger than {options.MaxBodyBytes} bytes: send fewer samples in a request.");

    private IntakeTooLargeException DecompressedTooLarge() =>
        new($"The body is larger than {_options.MaxDecompressedBytes} bytes when decompressed: send fewer samples in a request.");

    private async Task FillAsync(Stream source, int expected, int most, Func<Exception> tooLarge, CancellationToken cancellationToken)
    {
        Take(expected);
        // One byte more than expected, so that the end is seen without growing.
        _bytes = ArrayPool<byte>.Shared.Rent(expected + 1);
        while (true)
        {
            if (_length == _bytes.Length) Grow(most);
            var read = await source.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
            if (read == 0) return;
            _length += read;
            if (_length > most) throw tooLarge();
        }
    }

    private void Grow(int most)
    {
        var size = (int)Math.Min(_bytes.Length * 2L, Math.Max(most + 1L, _bytes.Length + 1L));
        Take(size - _bytes.Length);
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private void Take(long bytes)
    {
        _gate.Take(bytes);
        _taken += bytes;
    }
}

/// <summary>Writes what a body holds, and says how much it was.</summary>
internal delegate int Unpacker(ReadOnlySpan<byte> packed, Span<byte> target);
