namespace PerfPlatform.Ingestion.Intake;

/// <summary>Prometheus' stale marker, a NaN of its own: the series has no value from then on.</summary>
internal static class StaleMarker
{
    public const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
