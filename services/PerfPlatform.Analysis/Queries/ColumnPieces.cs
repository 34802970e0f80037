namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Columns of raw points in pieces. In one array a day at 1 s would be a large object: those are only freed by a collection of everything there is, so that a few answers would bring one about.
/// </summary>
internal static class ColumnPieces
{
    /// <summary>As many longs or doubles as an array may have and still be freed with what is young.</summary>
    public const int Length = 1 << Bits;

    /// <summary>The index of a value shifted right by this is the index of its piece.</summary>
    public const int Bits = 13;

    /// <summary>A copy of a column.</summary>
    public static T[][] Of<T>(ReadOnlySpan<T> column)
    {
        var pieces = new T[(column.Length + Length - 1) >> Bits][];
        for (var i = 0; i < pieces.Length; i++) pieces[i] = column.Slice(i << Bits, Math.Min(Length, column.Length - (i << Bits))).ToArray();
        return pieces;
    }
}
