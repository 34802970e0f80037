using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample that is no decimal passes here when it is written and when it is read.

/// <summary>
/// The bits of doubles as integers that grow as the doubles do: those of negative ones have all bits but the sign turned around. The way back is the same.
/// </summary>
internal static class OrderedBits
{
    public static long Turn(long bits) => bits ^ ((bits >> 63) & long.MaxValue);

    public static void Turn(ReadOnlySpan<long> bits, Span<long> target)
    {
        ref var from = ref MemoryMarshal.GetReference(bits);
        ref var to = ref MemoryMarshal.GetReference(target);
        var mask = Vector256.Create(long.MaxValue);
        var i = 0;
        for (; i + 4 <= bits.Length; i += 4)
        {
            var word = Vector256.LoadUnsafe(ref from, (nuint)i);
            (word ^ (Vector256.ShiftRightArithmetic(word, 63) & mask)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < bits.Length; i++) target[i] = Turn(bits[i]);
    }
}
