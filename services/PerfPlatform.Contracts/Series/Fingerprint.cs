using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Series;

/// <summary>
/// The 128-bit identity of a series: XxHash128 over its labels in canonical order, the metric's name among them as <c>__name__</c>,
/// each name and value as a little-endian int32 length and its UTF-8 bytes. The same everywhere, for ever.
/// </summary>
/// <param name="High">The upper 64 bits.</param>
/// <param name="Low">The lower 64 bits.</param>
[JsonConverter(typeof(FingerprintJsonConverter))]
public readonly record struct Fingerprint(ulong High, ulong Low) : IComparable<Fingerprint>
{
    /// <summary>The label that carries the metric's name inside the hash.</summary>
    public const string NameLabel = "__name__";

    /// <summary>Computes the fingerprint of a series.</summary>
    public static Fingerprint Of(MetricName metric, LabelSet labels)
    {
        var hash = new XxHash128();
        var named = false;
        foreach (var label in labels.AsSpan())
        {
            if (!named && string.CompareOrdinal(NameLabel, label.Name) < 0)
            {
                Append(hash, NameLabel);
                Append(hash, metric.Value);
                named = true;
            }

            Append(hash, label.Name);
            Append(hash, label.Value);
        }

        if (!named)
        {
            Append(hash, NameLabel);
            Append(hash, metric.Value);
        }

        var value = hash.GetCurrentHashAsUInt128();
        return new Fingerprint((ulong)(value >> 64), (ulong)value);
    }

    /// <summary>The partition of the series: the fingerprint modulo the number of partitions.</summary>
    /// <param name="partitions">How many partitions there are, at least 1.</param>
    public int Partition(int partitions) => (int)(new UInt128(High, Low) % (UInt128)(uint)partitions);

    /// <summary>The 16 bytes, big-endian, as stored in PostgreSQL.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        Write(bytes);
        return bytes;
    }

    /// <summary>Writes the 16 bytes, big-endian.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>Reads the 16 bytes that <see cref="Write"/> wrote.</summary>
    public static Fingerprint Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    /// <summary>Reads 32 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out Fingerprint fingerprint)
    {
        fingerprint = default;
        if (text is not { Length: 32 }) return false;
        if (!ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)) return false;
        if (!ulong.TryParse(text.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)) return false;
        fingerprint = new Fingerprint(high, low);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(Fingerprint other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>Before, in the order of the bits.</summary>
    public static bool operator <(Fingerprint left, Fingerprint right) => left.CompareTo(right) < 0;

    /// <summary>After, in the order of the bits.</summary>
    public static bool operator >(Fingerprint left, Fingerprint right) => left.CompareTo(right) > 0;

    /// <summary>Before or equal, in the order of the bits.</summary>
    public static bool operator <=(Fingerprint left, Fingerprint right) => left.CompareTo(right) <= 0;

    /// <summary>After or equal, in the order of the bits.</summary>
    public static bool operator >=(Fingerprint left, Fingerprint right) => left.CompareTo(right) >= 0;

    /// <summary>32 hexadecimal digits, lower case.</summary>
    public override string ToString() => High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);

    private static void Append(XxHash128 hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var size = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, size);
        hash.Append(length);
        var rented = size > 512 ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented is null ? stackalloc byte[512] : rented;
        hash.Append(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }
}
