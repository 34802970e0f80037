using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// About how many different things were seen, in 2 kB whatever their number (HyperLogLog with 2048 registers): off by 2.3 % on average, exact but for
/// a few where they are few. Not for several threads at a time.
/// </summary>
internal sealed class DistinctCount
{
    private const int Bits = 11, Registers = 1 << Bits;

    private readonly byte[] _registers = new byte[Registers];

    public static ulong Hash(string text) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));

    public void Add(ulong hash)
    {
        var register = (int)(hash >> (64 - Bits));
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
        if (rank > _registers[register]) _registers[register] = rank;
    }

    public long Estimate()
    {
        const double alpha = 0.7213 / (1 + (1.079 / Registers));
        var (sum, empty) = (0.0, 0);
        foreach (var rank in _registers)
        {
            sum += Math.ScaleB(1, -rank);
            if (rank == 0) empty++;
        }

        var estimate = alpha * Registers * Registers / sum;
        // While many registers are empty, how many they are says more.
        if (estimate <= 2.5 * Registers && empty > 0) estimate = Registers * Math.Log(Registers / (double)empty);
        return (long)Math.Round(estimate);
    }
}
