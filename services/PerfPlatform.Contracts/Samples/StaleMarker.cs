namespace PerfPlatform.Contracts.Samples;

/// <summary>Prometheus' stale marker, a NaN of its own: the series has no value from then on, until its next sample.</summary>
public static class StaleMarker
{
    /// <summary>Its bits.</summary>
    public const long Bits = 0x7ff0000000000002;

    /// <summary>The marker as a sample's value.</summary>
    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    /// <summary>Whether a value is the marker and no other NaN.</summary>
    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
