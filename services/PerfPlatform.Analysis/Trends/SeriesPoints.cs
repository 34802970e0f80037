namespace PerfPlatform.Analysis.Trends;

/// <summary>The finite points of a series in order of time: hours since the first, and values.</summary>
/// <param name="Hours">Ascending, the first is 0.</param>
/// <param name="Values">As many as <paramref name="Hours"/>, all finite.</param>
public sealed record SeriesPoints(double[] Hours, double[] Values)
{
    private const double MillisecondsPerHour = 3_600_000;

    /// <summary>How many.</summary>
    public int Count => Values.Length;

    /// <summary>Takes the columns of a query's answer and leaves out gaps, NaN and the infinities.</summary>
    public static SeriesPoints From(IReadOnlyList<long> times, IReadOnlyList<double?> values)
    {
        var hours = new List<double>(times.Count);
        var kept = new List<double>(times.Count);
        var first = 0L;
        for (var i = 0; i < times.Count; i++)
        {
            if (values[i] is not { } value || !double.IsFinite(value)) continue;
            if (kept.Count == 0) first = times[i];
            hours.Add((times[i] - first) / MillisecondsPerHour);
            kept.Add(value);
        }

        return new SeriesPoints([.. hours], [.. kept]);
    }

    /// <summary>At most <paramref name="most"/> points: the means of spans of equal width, empty spans left out.</summary>
    public SeriesPoints AtMost(int most)
    {
        if (Count <= most) return this;
        var width = Hours[^1] / most;
        var hours = new List<double>(most);
        var values = new List<double>(most);
        for (var i = 0; i < Count;)
        {
            var bucket = Bucket(Hours[i]);
            double timeSum = 0, valueSum = 0;
            var n = 0;
            for (; i < Count && Bucket(Hours[i]) == bucket; i++, n++)
            {
                timeSum += Hours[i];
                valueSum += Values[i];
            }

            hours.Add(timeSum / n);
            values.Add(valueSum / n);
        }

        return new SeriesPoints([.. hours], [.. values]);

        int Bucket(double hour) => width > 0 ? Math.Min(most - 1, (int)(hour / width)) : 0;
    }

    /// <summary>The means of neighbouring pairs; an odd last point is left out.</summary>
    public SeriesPoints Halved()
    {
        var half = Count / 2;
        var hours = new double[half];
        var values = new double[half];
        for (var i = 0; i < half; i++)
        {
            hours[i] = (Hours[2 * i] + Hours[(2 * i) + 1]) / 2;
            values[i] = (Values[2 * i] + Values[(2 * i) + 1]) / 2;
        }

        return new SeriesPoints(hours, values);
    }
}
