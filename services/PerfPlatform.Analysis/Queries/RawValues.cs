using System.Collections;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The values of raw points. They have no gaps: any NaN that a sender chose is a value.</summary>
internal sealed class RawValues(ReadOnlySpan<double> values) : IReadOnlyList<double?>
{
    /// <inheritdoc />
    public int Count { get; } = values.Length;

    /// <summary>The values as they lie in memory.</summary>
    public double[][] Pieces { get; } = ColumnPieces.Of(values);

    /// <inheritdoc />
    public double? this[int index] => Pieces[index >> ColumnPieces.Bits][index & (ColumnPieces.Length - 1)];

    /// <inheritdoc />
    public IEnumerator<double?> GetEnumerator() => Pieces.SelectMany(p => p).Select(v => (double?)v).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
