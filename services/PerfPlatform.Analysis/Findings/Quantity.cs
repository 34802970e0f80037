using System.Globalization;

namespace PerfPlatform.Analysis.Findings;

/// <summary>Numbers as a person reads them, with their unit.</summary>
public static class Quantity
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A value of a UCUM unit: <c>1</c> is a part of one and shown in per cent, <c>By</c> in powers of 1024.</summary>
    public static string Of(double value, string unit) => unit switch
    {
        "1" => Number(value * 100) + " %",
        "By" => Bytes(value),
        "By/s" => Bytes(value) + "/s",
        "s" when Math.Abs(value) < 1 => Number(value * 1000) + " ms",
        "s" => Number(value) + " s",
        "" => Number(value),
        ['/', ..] => Number(value) + unit,
        ['{', .. var name, '}'] => $"{Number(value)} {name}",
        _ => $"{Number(value)} {unit}",
    };

    /// <summary>Three significant digits, never an exponent for common sizes.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size switch { >= 1e15 => "0.##e0", >= 100 => "#,0", >= 10 => "0.#", >= 1 => "0.##", >= 0.001 => "0.####", 0 => "0", _ => "0.##e0" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A span of time in its two largest units.</summary>
    public static string Time(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{span.TotalDays:0.#} days",
        { TotalHours: >= 2 } => $"{span.TotalHours:0.#} hours",
        { TotalMinutes: >= 2 } => $"{span.TotalMinutes:0} minutes",
        _ => $"{span.TotalSeconds:0} seconds",
    };

    private static string Bytes(double value)
    {
        var power = 0;
        while (Math.Abs(value) >= 1024 && power < Binary.Length - 1)
        {
            value /= 1024;
            power++;
        }

        return $"{Number(value)} {Binary[power]}";
    }
}
