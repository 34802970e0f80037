using System.Globalization;

namespace PerfPlatform.Reports.Rendering;

/// <summary>Numbers and times as a reader of a page wants them.</summary>
public static class Reading
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A value of a UCUM unit.</summary>
    public static string Of(double value, string unit) => unit switch
    {
        "1" => (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        "By/s" => Bytes(value) + "/s",
        "By" => Bytes(value),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture) + (unit.Length == 0 ? "" : " " + unit),
    };

    /// <summary>A change an hour, with its sign.</summary>
    public static string Change(double value, string unit)
    {
        var sign = value >= 0 ? "+" : "−";
        return sign + (unit == "1" ? (Math.Abs(value) * 100).ToString("0.##", CultureInfo.InvariantCulture) + " points/h" : Of(Math.Abs(value), unit) + " an hour");
    }

    /// <summary>A part of one in per cent, with as many nines as there are.</summary>
    public static string Part(double? value) => value is { } part ? (Math.Floor(part * 100_000) / 1000).ToString("0.###", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>A point in time, UTC, to the minute.</summary>
    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "–";

    private static string Bytes(double value)
    {
        var power = 0;
        while (Math.Abs(value) >= 1024 && power < Binary.Length - 1)
        {
            value /= 1024;
            power++;
        }

        return value.ToString(power == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Binary[power];
    }
}
