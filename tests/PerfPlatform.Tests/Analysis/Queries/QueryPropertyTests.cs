using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>Whatever is sent, however often, whenever it is flushed: the store answers as the reference does.</summary>
public sealed class QueryPropertyTests
{
    private const long Start = 1_790_000_000_000;
    private static readonly LabelSet[] Labels = [LabelSet.Of(("host", "a"), ("cpu", "0")), LabelSet.Of(("host", "a"), ("cpu", "1")), LabelSet.Of(("host", "b"))];

    [Property(MaxTest = 1000, Arbitrary = [typeof(Histories)])]
    public void Query_OverAnyHistory_AnswersAsTheReference(History history)
    {
        using var store = new MemoryStore(history.Kind, history.RecentBytes);
        var sent = new List<Sent>();
        foreach (var step in history.Steps)
        {
            if (step.Flush) store.Flush();
            var stamp = new BatchStamp(step.Stamp, 1, step.Stamp);
            var samples = step.Samples.Select(s => (Labels: Labels[s.Series], Time: Start + (s.Second * 1000L), s.Value)).ToList();
            sent.AddRange(samples.Select(s => new Sent(s.Labels, s.Time, s.Value, stamp)));
            store.Write(stamp, samples);
        }

        var plan = history.Plan();
        var expected = ReferenceQuery.Run(sent, plan, history.Kind).ToDictionary(l => l.Labels, l => l.Points);
        var actual = store.Query(plan, history.IsFinal).ToDictionary(l => l.Labels);

        Assert.Equal(expected.Keys.Order(Comparer<LabelSet>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))), actual.Keys.Order(Comparer<LabelSet>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
        foreach (var (labels, points) in expected)
        {
            Assert.Equal(points.Select(p => p.Time), actual[labels].Times);
            for (var i = 0; i < points.Count; i++) AssertSame(points[i].Value, actual[labels].Values[i]);
        }
    }

    private static void AssertSame(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is not { } e || actual is not { } a || e.Equals(a)) return;
        Assert.True(Math.Abs(e - a) <= 1e-9 * Math.Max(Math.Abs(e), 1), $"{e} expected, {a} answered");
    }

    /// <summary>What is sent in one batch, and whether a flush comes before it.</summary>
    public sealed record Step(bool Flush, long Stamp, (int Series, int Second, double Value)[] Samples);

    /// <summary>Batches in the order of their arrival, and a question.</summary>
    public sealed record History(Step[] Steps, MetricKind Kind, int From, int Length, int StepMs, Aggregation? Aggregation, SeriesFunction? Function, Reduction? Reduction, string[]? By, int RecentBytes, int FinalHours)
    {
        /// <summary>Some hours have their roll-ups.</summary>
        public bool IsFinal(long hour) => (FinalHours >> (int)(hour / 3_600_000 % 4) & 1) != 0;

        internal RangePlan Plan() => RangePlan.Of(new RangeQuery
        {
            Selector = SeriesSelector.Of("m"),
            From = DateTimeOffset.FromUnixTimeMilliseconds(Start + From),
            To = DateTimeOffset.FromUnixTimeMilliseconds(Start + From + Length),
            Step = StepMs == 0 ? null : TimeSpan.FromMilliseconds(StepMs),
            Aggregation = StepMs == 0 ? null : Aggregation,
            Function = Function,
            Reduction = StepMs == 0 || (Reduction == PerfPlatform.Contracts.Queries.Reduction.Sum && RangePlan.IsPercentile(Aggregation)) ? null : Reduction, // several are refused
            By = StepMs == 0 ? null : By,
        });
    }

    /// <summary>First deliveries come with rising stamps; any batch may be delivered again later, as queues do.</summary>
    public static class Histories
    {
        public static Arbitrary<History> History() =>
            (from count in Gen.Choose(1, 25)
             from fresh in Batch().ArrayOf(count)
             from again in Gen.Choose(-count, count - 1).ArrayOf(count)
             from kind in Gen.Elements(MetricKind.Gauge, MetricKind.Counter)
             from @from in Gen.Frequency((4, Gen.Choose(-3000, 60_000)), (1, Gen.Choose(-3000, 9_000_000)))
             from length in Gen.Frequency((1, Gen.Choose(1, 5000)), (4, Gen.Choose(1, 12_000_000)))
             from step in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(2, 30).Select(i => i * 1000)), (2, Gen.Choose(1, 9).Select(i => i * 100_000)), (1, Gen.Choose(2000, 5_000_000)), (3, Gen.Elements(60_000, 120_000, 300_000, 3_600_000, 7_200_000)))
             from aggregation in Gen.Elements(Enum.GetValues<Aggregation>().Select(a => (Aggregation?)a).Append(null).ToArray())
             from function in Gen.Frequency((2, Gen.Constant((SeriesFunction?)null)), (1, Gen.Elements(Enum.GetValues<SeriesFunction>()).Select(f => (SeriesFunction?)f)))
             from reduction in Gen.Elements(Enum.GetValues<Reduction>().Select(r => (Reduction?)r).Append(null).ToArray())
             from @by in Gen.Elements(null, Array.Empty<string>(), ["host"], ["cpu", "host"], ["absent"])
             from recentBytes in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(300, 10_000)), (2, Gen.Constant(int.MaxValue)))
             from finalHours in Gen.Choose(0, 15)
             select new History([.. Deliveries(fresh, again)], kind, @from, length, step, aggregation, function, reduction, @by, recentBytes, finalHours)).ToArbitrary();

        private static IEnumerable<Step> Deliveries(Step[] fresh, int[] again)
        {
            for (var i = 0; i < fresh.Length; i++)
            {
                yield return fresh[i] with { Stamp = i + 1 };
                if (again[i] >= 0 && again[i] <= i) yield return fresh[again[i]] with { Stamp = again[i] + 1, Flush = fresh[i].Flush };
            }
        }

        private static Gen<Step> Batch()
        {
            var value = Gen.Frequency((8, Gen.Choose(-50, 50).Select(i => i / 4.0)), (1, Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0002))));

            // Few distinct times, so that samples meet; now and then far apart, so that hours are crossed.
            var second = Gen.Frequency((4, Gen.Choose(0, 60)), (1, Gen.Choose(0, 9000)));
            var sample = from series in Gen.Choose(0, Labels.Length - 1)
                         from at in second
                         from v in value
                         select (series, at, v);
            return from flush in Gen.Elements(true, false, false)
                   from size in Gen.Choose(1, 30)
                   from samples in sample.ArrayOf(size)
                   select new Step(flush, 0, samples);
        }
    }
}
