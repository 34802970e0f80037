using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Windows;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Windows;

/// <summary>The windows and what is computed over them, against LINQ over a sorted list.</summary>
public sealed class WindowTests
{
    [Property(MaxTest = 1000)]
    public Property Add_AnyOrderWithTrims_KeepsWhatASortedListKeeps((byte Time, byte Value)[] samples, byte trim)
    {
        var window = new SampleWindow();
        var expected = new SortedDictionary<long, double>();
        foreach (var (time, value) in samples)
        {
            window.Add(time, value);
            expected[time] = value;
        }

        window.Trim(trim);
        var kept = expected.Where(s => s.Key > trim || s.Key == expected.Keys.LastOrDefault(t => t <= trim, -1)).ToList();
        return (window.Times.ToArray().SequenceEqual(kept.Select(s => s.Key)) && window.Values.ToArray().SequenceEqual(kept.Select(s => s.Value))).ToProperty();
    }

    [Property(MaxTest = 1000)]
    public Property Compute_AnyWindow_IsWhatLinqSays((byte Time, byte Value)[] samples, byte from, byte length)
    {
        var window = new SampleWindow();
        foreach (var (time, value) in samples) window.Add(time, value == 255 ? double.NaN : value);
        var to = from + length;
        var inside = window.Times.ToArray().Zip(window.Values.ToArray()).Where(s => s.First > from && s.First <= to && !double.IsNaN(s.Second)).Select(s => s.Second).ToList();
        return Enum.GetValues<RuleAggregation>().Where(a => a != RuleAggregation.TimeTo).Select(aggregation =>
        {
            var expected = inside.Count == 0 ? double.NaN : Slow(aggregation, inside);
            var actual = new WindowCalculator().Compute(window, aggregation, null, 0, from, to);
            return (expected.Equals(actual) || Math.Abs(expected - actual) < 1e-9).Label($"{aggregation}: {actual} is not {expected}");
        }).Aggregate((a, b) => a.And(b));
    }

    // What a query makes of the same samples with the same function, over the same stretch.
    [Property(MaxTest = 1000)]
    public Property Compute_AnyFunction_IsWhatAQuerySays((byte Time, byte Value)[] samples, byte from, byte length, bool trimmed)
    {
        const long unit = 7000; // the five minutes that a function looks back are some of these
        var window = new SampleWindow();
        foreach (var (time, value) in samples) window.Add(time * unit, value switch { > 240 => double.NaN, > 230 => StaleMarker.Value, _ => value });
        var (start, end) = (from * unit, (from + length) * unit);
        var stored = window.Times.ToArray().Zip(window.Values.ToArray()).ToList();
        if (trimmed) window.Trim(start);
        return Enum.GetValues<SeriesFunction>().SelectMany(_ => Enum.GetValues<RuleAggregation>(), (function, aggregation) => (function, aggregation)).Where(c => c.aggregation != RuleAggregation.TimeTo).Select(c =>
        {
            var columns = new SampleColumns();
            foreach (var (time, value) in stored.Where(s => s.First >= start + 1 - SampleChanges.LookBack && s.First <= end)) columns.Add(time, value);
            SeriesFunctions.Apply(c.function, columns);
            var inside = columns.Times.ToArray().Zip(columns.Values.ToArray()).Where(s => s.First > start && !double.IsNaN(s.Second)).Select(s => s.Second).ToList();
            var expected = inside.Count == 0 ? double.NaN : Slow(c.aggregation, inside);
            var actual = new WindowCalculator().Compute(window, c.aggregation, c.function, 0, start, end);
            return (expected.Equals(actual) || Math.Abs(expected - actual) < 1e-9).Label($"{c}: {actual} is not {expected}");
        }).Aggregate((a, b) => a.And(b));
    }

    [Property(MaxTest = 1000)]
    public Property SameUntil_AnyWindow_HoldsJustSoLong((byte Time, byte Value)[] samples, byte from, byte length)
    {
        var window = new SampleWindow();
        foreach (var (time, value) in samples) window.Add(time, value);
        var to = from + length;
        var calculator = new WindowCalculator();
        var until = WindowCalculator.SameUntil(window, RuleAggregation.Sum, null, from, to);
        var value0 = calculator.Compute(window, RuleAggregation.Count, null, 0, from, to);
        return Enumerable.Range(to, 300).Where(t => t < until).All(t => calculator.Compute(window, RuleAggregation.Count, null, 0, t - length, t).Equals(value0)).ToProperty();
    }

    [Fact]
    public void Add_MoreThanTheBound_DropsTheOldest()
    {
        var window = new SampleWindow();
        for (var i = 0; i < SampleWindow.MaxSamples + 100; i++) window.Add(i, i);
        Assert.Equal(SampleWindow.MaxSamples, window.Count);
        Assert.Equal(100, window.Times[0]);
        window.Add(50, 1);
        Assert.Equal(100, window.Times[0]);
    }

    [Theory]
    [InlineData(SeriesFunction.Increase, 45)]
    [InlineData(SeriesFunction.Delta, -5)]
    public void Compute_CounterStartsAgain_CountsFromZero(SeriesFunction function, double expected)
    {
        var window = Of((0, 10), (1000, 30), (2000, 50), (3000, 5));
        Assert.Equal(expected, new WindowCalculator().Compute(window, RuleAggregation.Sum, function, 0, -1, 3000));
    }

    [Fact]
    public void Compute_Rate_UsesTheSampleBeforeTheWindow()
    {
        var window = Of((0, 10), (2000, 30));
        Assert.Equal(10, new WindowCalculator().Compute(window, RuleAggregation.Last, SeriesFunction.Rate, 0, 1000, 2000));
    }

    [Fact]
    public void Compute_TimeTo_ProjectsTheLine()
    {
        var window = new SampleWindow();
        // 0.5 and 0.001 more every minute: 1 is reached in 440 minutes after the hour.
        for (var minute = 0; minute <= 60; minute++) window.Add(minute * 60_000, 0.5 + (minute * 0.001));
        var seconds = new WindowCalculator().Compute(window, RuleAggregation.TimeTo, null, 1, 0, 3_600_000);
        Assert.Equal(440 * 60, seconds, 0.5);
    }

    [Fact]
    public void Compute_TimeToFalling_IsInfinite()
    {
        Assert.Equal(double.PositiveInfinity, new WindowCalculator().Compute(Of((1000, 3), (2000, 2), (3000, 1)), RuleAggregation.TimeTo, null, 10, 0, 3000));
    }

    [Fact]
    public void Compute_TimeToOfTooShortAHistory_HasNoValue()
    {
        Assert.Equal(double.NaN, new WindowCalculator().Compute(Of((99_000, 1), (100_000, 2)), RuleAggregation.TimeTo, null, 10, 0, 100_000));
    }

    [Fact]
    public void Compute_AgainAndAgain_AllocatesNothing()
    {
        var window = Of([.. Enumerable.Range(0, 200).Select(i => ((long)i, (double)i))]);
        var calculator = new WindowCalculator();
        foreach (var aggregation in Enum.GetValues<RuleAggregation>()) calculator.Compute(window, aggregation, null, 1, 0, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) calculator.Compute(window, (RuleAggregation)(i % 10), null, 1, 0, 200);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SampleWindow Of(params (long Time, double Value)[] samples)
    {
        var window = new SampleWindow();
        foreach (var (time, value) in samples) window.Add(time, value);
        return window;
    }

    private static double Slow(RuleAggregation aggregation, List<double> values) => aggregation switch
    {
        RuleAggregation.Avg => values.Average(),
        RuleAggregation.Min => values.Min(),
        RuleAggregation.Max => values.Max(),
        RuleAggregation.Sum => values.Sum(),
        RuleAggregation.Count => values.Count,
        RuleAggregation.Last => values[^1],
        RuleAggregation.P50 => Percentile(values, 0.5),
        RuleAggregation.P95 => Percentile(values, 0.95),
        _ => Percentile(values, 0.99),
    };

    private static double Percentile(List<double> values, double part)
    {
        var sorted = values.Order().ToList();
        var rank = part * (sorted.Count - 1);
        var (below, above) = ((int)Math.Floor(rank), (int)Math.Ceiling(rank));
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
