namespace PerfPlatform.Ingestion.Influx;

/// <summary>The unit of a request's times, as the parameter <c>precision</c> names it. The platform keeps milliseconds: finer times are rounded down.</summary>
internal readonly record struct TimePrecision
{
    private readonly long _divisor;
    private readonly long _factor;

    private TimePrecision(long divisor, long factor) => (_divisor, _factor) = (divisor, factor);

    public static TimePrecision Nanoseconds { get; } = new(1_000_000, 1);

    /// <summary>Reads the parameter; without it times are nanoseconds.</summary>
    public static bool TryParse(string? text, out TimePrecision precision)
    {
        precision = text switch
        {
            null or "" or "n" or "ns" => Nanoseconds,
            "u" or "us" => new TimePrecision(1000, 1),
            "ms" => new TimePrecision(1, 1),
            "s" => new TimePrecision(1, 1000),
            "m" => new TimePrecision(1, 60_000),
            "h" => new TimePrecision(1, 3_600_000),
            _ => default,
        };
        return precision._factor != 0;
    }

    /// <summary>Unix milliseconds; false where they do not fit.</summary>
    public bool TryMilliseconds(long time, out long milliseconds)
    {
        var high = Math.BigMul(time, _factor, out milliseconds);
        if (high != milliseconds >> 63) return false;
        var (quotient, rest) = Math.DivRem(milliseconds, _divisor);
        milliseconds = rest < 0 ? quotient - 1 : quotient;
        return true;
    }
}
