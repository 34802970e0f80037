namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>
/// One row of a roll-up, decoded: what happened in each slot of an hour or a day. A slot with a count of 0 holds NaN. Used again for the next row.
/// </summary>
internal sealed class RollupColumns
{
    private const int MaxSlots = 60;
    private readonly int[] _count = new int[MaxSlots];
    private readonly double[] _sum = new double[MaxSlots];
    private readonly double[] _min = new double[MaxSlots];
    private readonly double[] _max = new double[MaxSlots];
    private readonly double[] _first = new double[MaxSlots];
    private readonly double[] _last = new double[MaxSlots];
    private readonly double[] _increase = new double[MaxSlots];

    public RollupColumns(RollupTier tier = RollupTier.Minute) => Reset(tier);

    public RollupTier Tier { get; private set; }

    public int SeriesId { get; set; }

    /// <summary>The start of the row, Unix milliseconds.</summary>
    public long Start { get; set; }

    /// <summary>How many slots there are.</summary>
    public int Slots => Tier.Slots();

    /// <summary>Milliseconds of a slot.</summary>
    public long SlotLength => Tier.SlotLength();

    /// <summary>How many samples; NaN and the markers of ended series are none.</summary>
    public Span<int> Count => _count.AsSpan(0, Slots);

    public Span<double> Sum => _sum.AsSpan(0, Slots);

    public Span<double> Min => _min.AsSpan(0, Slots);

    public Span<double> Max => _max.AsSpan(0, Slots);

    public Span<double> First => _first.AsSpan(0, Slots);

    public Span<double> Last => _last.AsSpan(0, Slots);

    /// <summary>By how much a counter grew since the last sample before the slot, resets taken into account. NaN where the series is no counter.</summary>
    public Span<double> Increase => _increase.AsSpan(0, Slots);

    /// <summary>The last slot that holds something, or -1.</summary>
    public int LastSlot => Count.LastIndexOfAnyExcept(0);

    /// <summary>The first slot that holds something, or -1.</summary>
    public int FirstSlot => Count.IndexOfAnyExcept(0);

    /// <summary>Empties every slot.</summary>
    public void Reset(RollupTier tier)
    {
        Tier = tier;
        Count.Clear();
        foreach (var column in (ReadOnlySpan<double[]>)[_sum, _min, _max, _first, _last, _increase]) column.AsSpan(0, Slots).Fill(double.NaN);
    }
}
