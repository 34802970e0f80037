using System.Collections;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Values of a line as plain doubles. In a line of buckets an empty one has the bits of <see cref="Gap"/>, a NaN that no calculation yields;
/// raw points have no gaps, so that any NaN a sender chose is a value.
/// </summary>
internal sealed class GapColumn(double[] values, bool hasGaps) : IReadOnlyList<double?>
{
    /// <summary>The bits of an empty bucket.</summary>
    public const long GapBits = 0x7FF8_0000_0047_4150;

    /// <summary>An empty bucket.</summary>
    public static readonly double Gap = BitConverter.Int64BitsToDouble(GapBits);

    /// <inheritdoc />
    public int Count => values.Length;

    /// <summary>Whether an element may be a gap.</summary>
    public bool HasGaps => hasGaps;

    /// <summary>The values as they lie in memory.</summary>
    public ReadOnlySpan<double> Span => values;

    /// <inheritdoc />
    public double? this[int index] => hasGaps && IsGap(values[index]) ? null : values[index];

    /// <summary>Whether a value stands for an empty bucket.</summary>
    public static bool IsGap(double value) => BitConverter.DoubleToInt64Bits(value) == GapBits;

    /// <inheritdoc />
    public IEnumerator<double?> GetEnumerator()
    {
        for (var i = 0; i < values.Length; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
