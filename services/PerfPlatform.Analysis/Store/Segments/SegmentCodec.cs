using System.Buffers;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: the whole of what is stored passes here. No LINQ, closures or allocation per sample. docs/store.md has the format byte by byte.

/// <summary>
/// The samples of one series and window as bytes: writes version 2, reads 1 and 2. Lossless for every double, NaN payloads, -0.0 and infinities included.
/// An instance owns compressors and scratch buffers and is used by one thread at a time.
/// </summary>
public sealed class SegmentCodec : IDisposable
{
    /// <summary>The most samples of one segment: keeps one damaged length from asking for all memory.</summary>
    public const int MaxSamples = 1 << 22;

    private const byte Version = 2;
    private readonly GeneralCompressor _compressor = new();
    private readonly ColumnBytes _bytes = new();
    private readonly IntegerWriter _timeWriter;
    private readonly ValueWriter _valueWriter;
    private readonly IntegerReader _timeReader;
    private readonly ValueReader _valueReader;
    private readonly SegmentVersion1 _version1;

    /// <summary>Makes a codec; its buffers grow with what it is given.</summary>
    public SegmentCodec()
    {
        _timeWriter = new IntegerWriter(_compressor);
        _valueWriter = new ValueWriter(_compressor);
        _timeReader = new IntegerReader(_compressor);
        _valueReader = new ValueReader(_compressor);
        _version1 = new SegmentVersion1(_compressor);
    }

    /// <summary>Writes samples in the order they come.</summary>
    /// <param name="times">Unix milliseconds, at least one.</param>
    /// <param name="values">As many values.</param>
    /// <param name="destination">Where the bytes go.</param>
    public void Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, IBufferWriter<byte> destination)
    {
        if (times.Length == 0 || times.Length != values.Length || times.Length > MaxSamples)
            throw new ArgumentException("A segment has one to four million samples and as many times as values.", nameof(times));
        _bytes.Clear();
        _bytes.Add(Version);
        _bytes.AddVarInt((ulong)times.Length);
        _timeWriter.Write(times, _bytes);
        _valueWriter.Write(values, _bytes);
        destination.Write(_bytes.Written);
    }

    /// <summary>How many samples the bytes hold.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a segment of a version that is known.</exception>
    public static int Count(ReadOnlySpan<byte> source) => Count(source, out _);

    /// <summary>
    /// Looks whether the times are nothing but a first one and a step, as regular senders make them: time i is then <c>first + i * step</c>
    /// and need not be written out. False also where that is not known without reading all, as in version 1.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not a segment of a version that is known.</exception>
    public static bool TryConstantStep(ReadOnlySpan<byte> source, out long first, out long step)
    {
        (first, step) = (0, 0);
        var count = Count(source, out var at);
        return source[0] == Version && IntegerReader.TryReadSteps(source, ref at, count, out first, out step);
    }

    /// <summary>Reads samples in the order in which they were written.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="times">Exactly <see cref="Count(ReadOnlySpan{byte})"/> long.</param>
    /// <param name="values">Exactly <see cref="Count(ReadOnlySpan{byte})"/> long.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged or of a version that is not known.</exception>
    public void Decode(ReadOnlySpan<byte> source, Span<long> times, Span<double> values)
    {
        var count = Count(source, out var at);
        if (times.Length != count || values.Length != count) throw new ArgumentException("The columns must be as long as the segment.", nameof(times));
        if (source[0] == SegmentVersion1.Version)
        {
            _version1.Read(source, times, values);
            return;
        }

        _timeReader.Read(source, ref at, times);
        _valueReader.Read(source, ref at, values);
    }

    /// <summary>Reads the values alone, of a segment whose times <see cref="TryConstantStep"/> told.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="values">Exactly <see cref="Count(ReadOnlySpan{byte})"/> long.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or their times have no constant step.</exception>
    public void DecodeValues(ReadOnlySpan<byte> source, Span<double> values)
    {
        var count = Count(source, out var at);
        if (values.Length != count) throw new ArgumentException("The column must be as long as the segment.", nameof(values));
        if (source[0] != Version || !IntegerReader.TryReadSteps(source, ref at, count, out _, out _))
            throw new InvalidDataException("The times of the segment have no constant step.");
        _valueReader.Read(source, ref at, values);
    }

    /// <summary>Reads the samples of a range, of a segment whose times ascend, as those of stored ones do. With a constant step little more is decoded than these.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="from">The first time that may be read.</param>
    /// <param name="to">The first time that may not.</param>
    /// <param name="times">At least <see cref="Count(ReadOnlySpan{byte})"/> long; the times go to its start. What is behind them is scratch.</param>
    /// <param name="values">As long.</param>
    /// <returns>How many samples there are.</returns>
    /// <exception cref="InvalidDataException">The bytes are damaged or of a version that is not known.</exception>
    public int DecodeRange(ReadOnlySpan<byte> source, long from, long to, Span<long> times, Span<double> values)
    {
        var count = Count(source, out var at);
        if (times.Length < count || values.Length < count) throw new ArgumentException("The columns must be at least as long as the segment.", nameof(times));
        times = times[..count];
        values = values[..count];
        var column = at;
        if (source[0] == Version && IntegerReader.TryReadSteps(source, ref at, count, out var first, out var step) && TryPart(first, step, count, from, to, out var start, out var length))
        {
            Differences.FillLine(times[..length], first + (start * step), step);
            _valueReader.ReadPart(source, ref at, count, start, values[..length]);
            return length;
        }

        if (source[0] == Version)
        {
            at = column;
            _timeReader.Read(source, ref at, times);
            start = Before(times, from);
            length = Math.Max(0, Before(times, to) - start);
            _valueReader.ReadPart(source, ref at, count, start, values[..length]);
        }
        else
        {
            _version1.Read(source, times, values);
            start = Before(times, from);
            length = Math.Max(0, Before(times, to) - start);
            values.Slice(start, length).CopyTo(values);
        }

        if (start > 0) times.Slice(start, length).CopyTo(times);
        return length;
    }

    /// <inheritdoc />
    public void Dispose() => _compressor.Dispose();

    /// <summary>Which times of a line are in a range; false where the numbers are so large that they might overflow.</summary>
    private static bool TryPart(long first, long step, int count, long from, long to, out int start, out int length)
    {
        const long Far = 1L << 60;
        (start, length) = (0, 0);
        if (first is < -Far or > Far || step is <= 0 or > 1L << 32) return false;
        start = Before(from);
        length = Math.Max(0, Before(to) - start);
        return true;

        int Before(long time) => time <= first ? 0 : (int)Math.Min((ulong)count, ((ulong)(time - first) + (ulong)step - 1) / (ulong)step);
    }

    /// <summary>How many of ascending times are before one.</summary>
    private static int Before(ReadOnlySpan<long> times, long time)
    {
        var at = times.BinarySearch(time);
        return at < 0 ? ~at : at;
    }

    private static int Count(ReadOnlySpan<byte> source, out int at)
    {
        if (source.Length < 3 || source[0] is not (Version or SegmentVersion1.Version))
            throw new InvalidDataException("The segment has a version that this program does not know.");
        at = source[0] == SegmentVersion1.Version ? 2 : 1;
        var count = VarInt.Read(source, ref at);
        return count is > 0 and <= MaxSamples ? (int)count : throw new InvalidDataException("The segment has an impossible number of samples.");
    }
}
