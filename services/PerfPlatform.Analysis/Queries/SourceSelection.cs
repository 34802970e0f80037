using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Chooses for each stretch of a question the coarsest source that answers its step: roll-ups where the step is a multiple of their slot and they are final,
/// raw samples for the rest. The stretches meet without a gap and never overlap. Knows no clock and no database.
/// </summary>
internal sealed class SourceSelection
{
    private const long Hour = PostgresTime.HourLength;
    private const long Minute = 60_000;
    private readonly List<SourceSection> _sections = []; // bounded by the hours of the raw retention

    private SourceSelection(RollupTier tier, bool isAveraged) => (Tier, IsAveraged) = (tier, isAveraged);

    public IReadOnlyList<SourceSection> Sections => _sections;

    public RollupTier Tier { get; }

    /// <summary>Whether roll-ups are read at all.</summary>
    public bool HasRollups => _sections.Exists(s => s.IsRollup);

    /// <summary>Whether the roll-ups only come near to what was asked: they know no percentiles and no growth from sample to sample.</summary>
    public bool IsAveraged { get; }

    public static SourceSelection Of(RangePlan plan, SourceLimits limits)
    {
        var tier = plan.Step % Hour == 0 ? RollupTier.Hour : RollupTier.Minute;
        var fits = plan.Step > 0 && plan.Step % Minute == 0;
        var isPercentile = plan.Aggregation >= Aggregation.P50;
        var isExact = fits && plan.Function is null && !isPercentile;

        // Older than raw samples are kept there is nothing else, so what comes near is better than nothing.
        var isNear = fits && (isExact || plan.Function switch
        {
            null => true,
            SeriesFunction.Increase => plan.Aggregation == Aggregation.Sum,
            SeriesFunction.Rate => plan.Aggregation is null or Aggregation.Avg,
            _ => false,
        });
        var oldTo = Math.Min(plan.To, RangePlan.Floor(limits.RawFrom, Hour));
        var selection = new SourceSelection(tier, !isExact && isNear && plan.From < oldTo);
        var at = plan.From;
        if (at < oldTo && isNear)
        {
            // Nothing can be cut out of a slot: the first and the last one count as a whole.
            selection.Add(RangePlan.Floor(at, tier.SlotLength()), Ceiling(oldTo, tier.SlotLength()), true);
            at = oldTo;
        }
        else if (at < oldTo)
        {
            selection.Add(at, oldTo, false);
            at = oldTo;
        }

        for (; at < Math.Min(plan.To, limits.WrittenTo); at = RangePlan.Floor(at, Hour) + Hour)
            selection.AddHour(at, Math.Min(plan.To, RangePlan.Floor(at, Hour) + Hour), isExact, limits);
        selection.Add(at, plan.To, false);
        return selection;
    }

    private void AddHour(long from, long to, bool isExact, SourceLimits limits)
    {
        var hour = RangePlan.Floor(from, Hour);

        // What is in memory is decoded as quickly as minutes are read, but hours are not.
        var (first, end) = (Ceiling(from, Tier.SlotLength()), RangePlan.Floor(to, Tier.SlotLength()));
        if (!isExact || first >= end || (Tier == RollupTier.Minute && limits.MemoryFrom <= hour) || !limits.IsFinal(hour))
        {
            Add(from, to, false);
            return;
        }

        Add(from, first, false);
        Add(first, end, true);
        Add(end, to, false);
    }

    private void Add(long from, long to, bool isRollup)
    {
        if (from >= to) return;
        if (_sections.Count > 0 && _sections[^1].IsRollup == isRollup && _sections[^1].To == from) _sections[^1] = _sections[^1] with { To = to };
        else _sections.Add(new SourceSection(from, to, isRollup));
    }

    private static long Ceiling(long time, long step) => RangePlan.Floor(time + step - 1, step);
}
