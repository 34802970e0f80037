using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The body of an answer: its first kilobyte is held back until it is known whether more comes.</summary>
internal sealed class CompressedBody(HttpResponse response, IHttpResponseBodyFeature plain, string encoding) : Stream, IHttpResponseBodyFeature
{
    /// <summary>What is shorter fits into a packet or two anyway.</summary>
    public const int Threshold = 1024;

    private static readonly string[] Types = ["application/json", "application/problem+json", "application/openmetrics-text", "application/yaml", "text/csv", "text/plain"];

    private byte[]? _held = ArrayPool<byte>.Shared.Rent(Threshold);
    private int _length;
    private Stream? _target;
    private PipeWriter? _writer;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    Stream IHttpResponseBodyFeature.Stream => this;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));

    private bool CanBeCompressed =>
        response.StatusCode == StatusCodes.Status200OK
        && MediaTypeHeaderValue.TryParse(response.ContentType, out var type) && Array.Exists(Types, t => type.MediaType.Equals(t, StringComparison.OrdinalIgnoreCase))
        && !response.Headers.ContainsKey(HeaderNames.ContentEncoding)
        && !(response.GetTypedHeaders().CacheControl?.NoStore ?? false)
        && !(response.ContentLength < Threshold);

    /// <summary>Everything that was written is on its way.</summary>
    public async Task FinishAsync()
    {
        if (_writer is not null) await _writer.CompleteAsync();
        if (_target is null)
        {
            if (_length == 0) return;
            await DecideAsync(compress: false, CancellationToken.None);
        }

        if (_target != plain.Stream) await _target!.DisposeAsync();
    }

    public async Task CompleteAsync()
    {
        await FinishAsync();
        await plain.CompleteAsync();
    }

    public void DisableBuffering() => plain.DisableBuffering();

    // Not before it is decided, because the decision stands in the headers.
    public Task StartAsync(CancellationToken cancellationToken = default) => _target is null && CanBeCompressed ? Task.CompletedTask : plain.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _target is null && _length == 0 && !CanBeCompressed ? plain.SendFileAsync(path, offset, count, cancellationToken) : SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_target is null)
        {
            if (CanBeCompressed && _length + buffer.Length < Threshold)
            {
                buffer.Span.CopyTo(_held.AsSpan(_length));
                _length += buffer.Length;
                return;
            }

            await DecideAsync(CanBeCompressed, cancellationToken);
        }

        await _target!.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Writers flush after every piece; what is compressed here is no stream of events.
        if (_target is null && CanBeCompressed) return;
        if (_target is null) await DecideAsync(compress: false, cancellationToken);
        await _target!.FlushAsync(cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");

    public override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync()
    {
        if (_held is { } held) ArrayPool<byte>.Shared.Return(held);
        _held = null;
        return base.DisposeAsync();
    }

    private async Task DecideAsync(bool compress, CancellationToken cancellationToken)
    {
        if (compress)
        {
            response.Headers.ContentEncoding = encoding;
            response.Headers.Vary = StringValues.Concat(response.Headers.Vary, HeaderNames.AcceptEncoding);
            response.ContentLength = null;
        }

        _target = compress ? AnswerCompression.Encode(encoding, plain.Stream) : plain.Stream;
        if (_length > 0) await _target.WriteAsync(_held.AsMemory(0, _length), cancellationToken);
        _length = 0;
    }
}
