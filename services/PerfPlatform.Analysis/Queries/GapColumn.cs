using System.Collections;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Values of a line of buckets as plain doubles. An empty bucket has the bits of <see cref="Gap"/>, a NaN that no calculation yields.</summary>
internal sealed class GapColumn(double[] values) : IReadOnlyList<double?>
{
    /// <summary>The bits of an empty bucket.</summary>
    public const long GapBits = 0x7FF8_0000_0047_4150;

    /// <summary>An empty bucket.</summary>
    public static readonly double Gap = BitConverter.Int64BitsToDouble(GapBits);

    /// <inheritdoc />
    public int Count => values.Length;

    /// <summary>The values as they lie in memory.</summary>
    public double[] Values => values;

    /// <inheritdoc />
    public double? this[int index] => IsGap(values[index]) ? null : values[index];

    /// <summary>Whether a value stands for an empty bucket.</summary>
    public static bool IsGap(double value) => BitConverter.DoubleToInt64Bits(value) == GapBits;

    /// <inheritdoc />
    public IEnumerator<double?> GetEnumerator()
    {
        for (var i = 0; i < values.Length; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
