using System.IO.Hashing;
using System.Security.Cryptography;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The hash of a series' bytes in the order they came, seeded anew in each process.</summary>
internal readonly record struct SeriesKey(ulong High, ulong Low)
{
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    public static SeriesKey Of(ReadOnlySpan<byte> bytes)
    {
        var hash = XxHash128.HashToUInt128(bytes, Seed);
        return new SeriesKey((ulong)(hash >> 64), (ulong)hash);
    }

    public override int GetHashCode() => (int)Low;
}
