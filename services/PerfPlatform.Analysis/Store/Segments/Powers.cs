namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>The powers of ten whose products and quotients the codec relies on.</summary>
internal static class Powers
{
    /// <summary>The largest power that is used.</summary>
    public const int Max = 15;

    private static readonly double[] Table = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>A power of ten that a double holds exactly.</summary>
    public static double Of(int power) => Table[power];

    /// <exception cref="InvalidDataException">There is no such power.</exception>
    public static double Read(ReadOnlySpan<byte> source, ref int at) =>
        at < source.Length && source[at] <= Max ? Table[source[at++]] : throw new InvalidDataException("The power of ten of the segment is not known.");
}
