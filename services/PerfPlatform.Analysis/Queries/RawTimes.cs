using System.Collections;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The times of raw points.</summary>
internal sealed class RawTimes(ReadOnlySpan<long> times) : IReadOnlyList<long>
{
    /// <inheritdoc />
    public int Count { get; } = times.Length;

    /// <summary>The times as they lie in memory.</summary>
    public long[][] Pieces { get; } = ColumnPieces.Of(times);

    /// <inheritdoc />
    public long this[int index] => Pieces[index >> ColumnPieces.Bits][index & (ColumnPieces.Length - 1)];

    /// <inheritdoc />
    public IEnumerator<long> GetEnumerator() => Pieces.SelectMany(p => p).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
