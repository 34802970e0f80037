namespace PerfPlatform.Contracts.Queries;

/// <summary>A percentile of samples, interpolated linearly.</summary>
public static class Percentile
{
    /// <summary>The percentile.</summary>
    /// <param name="values">One value at least and none of them NaN; sorted in place.</param>
    /// <param name="part">0 to 1.</param>
    public static double Of(Span<double> values, double part)
    {
        values.Sort();
        var rank = (values.Length - 1) * part;
        var below = (int)rank;
        var rest = rank - below;

        // Without the tests an infinite neighbour that does not count, or one that is the same infinity, would make NaN of it.
        return rest == 0 || values[below] == values[below + 1] ? values[below] : values[below] + ((values[below + 1] - values[below]) * rest);
    }
}
