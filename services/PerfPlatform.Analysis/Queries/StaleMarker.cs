namespace PerfPlatform.Analysis.Queries;

/// <summary>The NaN by which Prometheus says that a series has ended; it is stored as it comes and never shown as a value.</summary>
internal static class StaleMarker
{
    /// <summary>Its bits.</summary>
    public const long Bits = 0x7FF0_0000_0000_0002;

    /// <summary>Whether a value is the marker; another NaN is a value.</summary>
    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
