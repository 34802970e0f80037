using System.Globalization;
using PerfPlatform.Analysis.Findings;

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Says what comes next.</summary>
public static class ForecastSentence
{
    /// <summary>For example "Memory use of web-1 will be about 71 % in 24 hours (95 % sure: 65 to 78 %); it is 62 % now. It reaches 95 % about 2026-11-27 06:30 UTC, at the earliest 04:00."</summary>
    public static string Of(string subject, double now, ForecastHorizon asked, ForecastData data)
    {
        var (expected, unit) = (data.Expected, data.Unit);
        var length = TimeSpan.FromMilliseconds(data.StepMs * expected.Values.Count);
        var text = $"{subject} will be about {Quantity.Of(expected.Values[^1], unit)} in {Quantity.Time(length)} (95 % sure: {Quantity.Of(expected.Low[^1], unit)} to {Quantity.Of(expected.High[^1], unit)}); "
            + $"it is {Quantity.Of(now, unit)} now.";
        if (data.Reaches is { } reach)
        {
            text += $" It reaches {Quantity.Of(reach.Level, unit)} about {Moment(reach.Expected)}, at the earliest {Moment(reach.Earliest)}.";
        }

        if (length + TimeSpan.FromMilliseconds(data.StepMs) < asked.Length) text += $" There is no more history than {Quantity.Time(length)}, so it looks no further ahead.";
        return text;
    }

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
