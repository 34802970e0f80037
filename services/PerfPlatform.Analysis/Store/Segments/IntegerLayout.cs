namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>How the rest of a column of integers is laid down, and the byte that says it: order in bits 0 and 1, divisor in bit 2, layout from bit 3 on.</summary>
internal static class IntegerLayout
{
    /// <summary>The numbers of one packed block.</summary>
    public const int Block = 128;

    /// <summary>One number stands for all.</summary>
    public const int Same = 0;

    /// <summary>Blocks of numbers packed to bits.</summary>
    public const int Packed = 1;

    /// <summary>Planes of bytes, each compressed if that makes it shorter.</summary>
    public const int Planes = 2;

    /// <summary>Beside the number of planes: the numbers are zigzag-coded, not less the least one.</summary>
    public const int ZigZag = 0x10;

    /// <summary>The order of numbers as they are.</summary>
    public const int Plain = 0;

    /// <summary>The order of differences to the number before.</summary>
    public const int Steps = 1;

    /// <summary>The order of differences of differences.</summary>
    public const int Turns = 2;

    /// <summary>The order of differences to a straight line.</summary>
    public const int Trend = 3;

    private const int Divisor = 4;
    private const int LayoutShift = 3;

    public static byte Head(int order, bool divisor, int layout) => (byte)(order | (divisor ? Divisor : 0) | (layout << LayoutShift));

    public static int Order(int head) => head & 3;

    public static bool HasDivisor(int head) => (head & Divisor) != 0;

    public static int Layout(int head) => head >> LayoutShift;
}
