namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample of a query passes here.

/// <summary>Turns the rest numbers of a column back into its numbers, from one piece to the next.</summary>
/// <param name="order">One of <see cref="IntegerLayout"/>.</param>
/// <param name="first">The first number of the column.</param>
/// <param name="slope">The first step or the slope, before it is multiplied.</param>
/// <param name="divisor">What everything but the first number was divided by.</param>
internal struct IntegerLine(int order, long first, long slope, long divisor)
{
    private long _step = slope * divisor;

    public int Order { get; } = order;

    public long Divisor { get; } = divisor;

    /// <summary>The number before the next one; of a trend the line's, of plain numbers always the first.</summary>
    public long Number { get; private set; } = first;

    /// <summary>How many numbers come before the rest numbers.</summary>
    public readonly int Lead => Order == IntegerLayout.Turns ? 2 : 1;

    /// <summary>The number one step further.</summary>
    public long Next() => Number += _step;

    public void Restore(Span<long> rest)
    {
        var (number, step, divisor) = (Number, _step, Divisor);
        switch (Order)
        {
            case IntegerLayout.Plain:
                for (var i = 0; i < rest.Length; i++) rest[i] = number + (rest[i] * divisor);
                break;
            case IntegerLayout.Steps:
                for (var i = 0; i < rest.Length; i++) rest[i] = number += rest[i] * divisor;
                break;
            case IntegerLayout.Turns:
                for (var i = 0; i < rest.Length; i++)
                {
                    step += rest[i] * divisor;
                    rest[i] = number += step;
                }

                break;
            default:
                for (var i = 0; i < rest.Length; i++) rest[i] = (number += step) + (rest[i] * divisor);
                break;
        }

        (Number, _step) = (number, step);
    }

    /// <summary>Goes on behind numbers that nobody asks for.</summary>
    public void Skip(Span<long> rest)
    {
        switch (Order)
        {
            case IntegerLayout.Plain:
                break;
            case IntegerLayout.Steps:
                Number += Differences.Sum(rest) * Divisor;
                break;
            case IntegerLayout.Trend:
                Number += rest.Length * _step;
                break;
            default:
                Restore(rest);
                break;
        }
    }
}
