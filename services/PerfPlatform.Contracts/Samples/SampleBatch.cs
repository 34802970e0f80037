using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Samples;

/// <summary>
/// Samples of one partition as they travel from intake to the store: series, and their samples in two columns.
/// Times are Unix milliseconds. A series may come more than once, and its times in any order. Immutable once built.
/// </summary>
public sealed class SampleBatch
{
    private readonly BatchSeries[] _series;
    private readonly long[] _times;
    private readonly double[] _values;
    private readonly int _seriesCount;
    private readonly int _sampleCount;

    /// <summary>Takes ownership of the arrays, of which the first <paramref name="seriesCount"/> and <paramref name="sampleCount"/> entries count.</summary>
    /// <exception cref="ArgumentException">A series' range is empty or outside the columns, or it has neither id nor descriptor.</exception>
    public SampleBatch(Guid epoch, BatchStamp stamp, int partition, BatchSeries[] series, int seriesCount, long[] times, double[] values, int sampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seriesCount, series.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleCount, times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleCount, values.Length);
        foreach (ref readonly var s in series.AsSpan(0, seriesCount))
        {
            if (s.Count < 1 || s.Start < 0 || s.Start > sampleCount - s.Count) throw new ArgumentException("A series' range lies outside the columns.", nameof(series));
            if (s.Id <= 0 && s.Descriptor is null) throw new ArgumentException("A series has neither an id nor labels.", nameof(series));
        }

        (Epoch, Stamp, Partition) = (epoch, stamp, partition);
        (_series, _times, _values, _seriesCount, _sampleCount) = (series, times, values, seriesCount, sampleCount);
    }

    /// <summary>The registry's epoch that the ids belong to; empty where no series has an id.</summary>
    public Guid Epoch { get; }

    /// <summary>When and where the batch was taken in.</summary>
    public BatchStamp Stamp { get; }

    /// <summary>The partition that all series of the batch belong to.</summary>
    public int Partition { get; }

    /// <summary>The series.</summary>
    public ReadOnlySpan<BatchSeries> Series => _series.AsSpan(0, _seriesCount);

    /// <summary>The column of times, Unix milliseconds.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, _sampleCount);

    /// <summary>The column of values; any double, NaN payloads included.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, _sampleCount);

    /// <summary>How many samples the batch has.</summary>
    public int SampleCount => _sampleCount;

    /// <summary>The same columns with other series entries, as the store hands a batch on once the registry has given ids.</summary>
    /// <param name="epoch">The registry's epoch that the ids belong to.</param>
    /// <param name="series">As many entries as <see cref="Series"/>; owned by the new batch.</param>
    public SampleBatch WithSeries(Guid epoch, BatchSeries[] series) =>
        new(epoch, Stamp, Partition, series, series.Length, _times, _values, _sampleCount);

    /// <summary>A batch over lists, for tests and senders that are not in a hurry.</summary>
    public static SampleBatch Of(Guid epoch, BatchStamp stamp, int partition, params IReadOnlyList<(int Id, SeriesDescriptor? Descriptor, IReadOnlyList<(long Time, double Value)> Samples)> series)
    {
        var entries = new BatchSeries[series.Count];
        var total = series.Sum(s => s.Samples.Count);
        var times = new long[total];
        var values = new double[total];
        var at = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new BatchSeries(series[i].Id, series[i].Descriptor, at, series[i].Samples.Count);
            foreach (var (time, value) in series[i].Samples) (times[at], values[at++]) = (time, value);
        }

        return new SampleBatch(epoch, stamp, partition, entries, entries.Length, times, values, total);
    }
}
