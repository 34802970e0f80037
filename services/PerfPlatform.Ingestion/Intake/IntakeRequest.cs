// Hot file: called for every series and sample. Nothing is allocated for a known series with good samples but the batch's columns.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Cardinality;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Sums;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>One request while it is read: protocols look series up and add samples, whatever they speak. Not shared between threads.</summary>
internal sealed class IntakeRequest
{
    private readonly SeriesCache _cache;
    private readonly KeyQuota _quota;
    private readonly RegistryEpoch _epoch;
    private readonly PartitionColumns?[] _partitions;
    private readonly long _oldest;
    private readonly long _newest;
    private readonly int _capacity;
    private readonly int _maxSamples;
    private Spelling _last;
    private long _newestTime = long.MinValue;

    public IntakeRequest(SeriesCache cache, KeyQuota quota, IngestionOptions options, int partitions, long now, int expectedSamples)
    {
        (_cache, _quota, _epoch, Options, Now) = (cache, quota, cache.Epoch, options, now);
        _partitions = new PartitionColumns?[partitions];
        _oldest = now - (long)options.MaxAge.TotalMilliseconds;
        _newest = now + (long)options.MaxFuture.TotalMilliseconds;
        _maxSamples = options.MaxSamplesPerRequest;
        _capacity = Math.Clamp(expectedSamples / partitions, 16, _maxSamples + 16);
        Rejections = new Rejections(options);
    }

    public IngestionOptions Options { get; }

    /// <summary>Unix milliseconds of intake's clock when the request came.</summary>
    public long Now { get; }

    /// <summary>Who sends.</summary>
    public KeyQuota Sender => _quota;

    /// <summary>The newest time of a sample, also of those refused for it; null where none came.</summary>
    public long? NewestTime => _newestTime == long.MinValue ? null : _newestTime;

    public int Accepted { get; private set; }

    /// <summary>The running sums that deltas are added to; null where they are those of this instance.</summary>
    public LentSums? Sums { get; set; }

    /// <summary>Whether it is only read to see which running sums it needs: nothing is taken in.</summary>
    public bool IsAsking { get; private init; }

    public Rejections Rejections { get; }

    /// <summary>The same request, to be read once before for the running sums that it needs.</summary>
    public IntakeRequest ToAsk(LentSums sums) => new(_cache, _quota, Options, _partitions.Length, Now, 0) { Sums = sums, IsAsking = true };

    /// <summary>Looks a series up by its bytes as they came.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CachedSeries? series)
    {
        var known = _cache.TryFind(bytes, _last, out var found, out series);
        _last = found;
        return known;
    }

    /// <summary>Whether a message begins with the bytes of the series that came next the last time, and how many bytes they are.</summary>
    public bool TryFindNext(ReadOnlySpan<byte> message, [NotNullWhen(true)] out CachedSeries? series, out int length)
    {
        if (!_cache.TryFindNext(message, _last, out var found, out series, out length)) return false;
        _last = found;
        return true;
    }

    /// <summary>A series that the cache did not know by these bytes; null when the key may not bring a new one.</summary>
    public CachedSeries? Introduce(ReadOnlySpan<byte> bytes, SeriesDescriptor descriptor)
    {
        var series = _cache.Add(bytes, descriptor, _quota);
        if (series is null) Rejections.LimitHint ??= CardinalitySurvey.Hint(_cache, _quota, Now);
        return series;
    }

    /// <summary>A series of the platform's own, which counts against no key.</summary>
    public CachedSeries IntroduceOwn(ReadOnlySpan<byte> bytes, SeriesDescriptor descriptor) => _cache.Add(bytes, descriptor, KeyQuota.Own)!;

    /// <summary>Takes a sample in, or counts why not.</summary>
    public RejectReason Add(CachedSeries series, long time, double value)
    {
        if (IsAsking) return RejectReason.None;
        if (time > _newestTime) _newestTime = time;
        if (time < _oldest || time > _newest) return RejectTime(series, time);
        if (Accepted + Rejections.Total >= _maxSamples) throw TooMany();
        var id = IdOf(series, out var partition);
        var columns = _partitions[partition] ??= new PartitionColumns(_capacity);
        columns.Add(series, id, time, value);
        Accepted++;
        return RejectReason.None;
    }

    /// <summary>Takes a delta in as the running sum of its series, or counts why not.</summary>
    /// <param name="series">The series.</param>
    /// <param name="time">The time up to which the delta counts.</param>
    /// <param name="delta">What was added.</param>
    /// <param name="start">The time from which it counts, or 0 where the sender does not say it.</param>
    public RejectReason AddDelta(CachedSeries series, long time, double delta, long start = 0)
    {
        // The running sum must not see a sample that is then refused, nor what would make it no number for ever.
        if (time < _oldest || time > _newest) return RejectTime(series, time);
        if (!double.IsFinite(delta))
        {
            if (Rejections.Count(RejectReason.BadValue, 1)) Rejections.Describe(RejectReason.BadValue, $"{Name(series.Descriptor)}: a delta of {delta} cannot be added up");
            return RejectReason.BadValue;
        }

        if (IsAsking)
        {
            Ask(new SumKey(series.Descriptor.Fingerprint, IsBuckets: false));
            return RejectReason.None;
        }

        if (series.IsCached && TryAccumulate(series, time, delta, out var sum, out var first))
        {
            if (first) AddZero(series, start, time);
            return Add(series, time, sum);
        }

        if (Rejections.Count(RejectReason.OutOfOrderDelta, 1)) Rejections.Describe(RejectReason.OutOfOrderDelta, Name(series.Descriptor));
        return RejectReason.OutOfOrderDelta;
    }

    /// <summary>Asks for a running sum.</summary>
    public void Ask(SumKey key)
    {
        // As many as samples may come.
        if (++Accepted + Rejections.Total > _maxSamples) throw TooMany();
        Sums!.Ask(key);
    }

    /// <summary>
    /// Adds the 0 with which a running sum begins, so that its first delta is seen as growth, and that a sum which begins anew (intake was restarted) is not
    /// taken for the one before. A moment after the delta's start, where the sum before may have ended.
    /// </summary>
    public void AddZero(CachedSeries series, long start, long time)
    {
        if (start > 0 && start + 1 < time && start + 1 >= _oldest && series.Descriptor.Kind == MetricKind.Counter) Add(series, start + 1, 0);
    }

    /// <summary>Adds the 0 at which a running total was started anew, where its sender says that it was: the total may have passed the last one already.</summary>
    public void NoteStart(CachedSeries series, long start, long time)
    {
        if (!IsAsking && series.Restarts(start, time) && start >= _oldest) Add(series, start, 0);
    }

    /// <summary>Whether a time is within the limits; where it is not, one point of the metric is counted as refused.</summary>
    public bool IsTimely(long time, ReadOnlySpan<byte> metric)
    {
        if (time >= _oldest && time <= _newest) return true;
        if (time > _newestTime) _newestTime = time;
        var reason = time < _oldest ? RejectReason.TooOld : RejectReason.TooFarInFuture;
        if (Rejections.Count(reason, 1)) Rejections.Describe(reason, $"{Encoding.UTF8.GetString(metric)} at {time}");
        return false;
    }

    /// <summary>The batches, one for each partition that has samples.</summary>
    public List<SampleBatch> Build(StampSource stamps)
    {
        var batches = new List<SampleBatch>(_partitions.Length);
        for (var partition = 0; partition < _partitions.Length; partition++)
        {
            if (_partitions[partition] is { } columns) batches.Add(columns.Build(_epoch.Epoch, stamps.Next(Now), partition));
        }

        return batches;
    }

    /// <summary>How an error text names a series.</summary>
    public static string Name(SeriesDescriptor descriptor)
    {
        const int longest = 200;
        var text = descriptor.Metric.Value + descriptor.Labels;
        return text.Length <= longest ? text : text[..longest] + "...";
    }

    // The usual sample is of the series that was just found: its record is at hand, the series itself would have to be fetched from far.
    private int IdOf(CachedSeries series, out int partition)
    {
        if (!_last.IsNone)
        {
            ref var record = ref _last.Record;
            if (ReferenceEquals(record.Series, series))
            {
                partition = record.Partition;
                var id = CachedSeries.IdIn(Volatile.Read(ref record.IdOfEpoch), _epoch.Number);
                return id != 0 ? id : _cache.AskId(_last, series, _epoch.Number);
            }
        }

        partition = series.Partition;
        return series.IdIn(_epoch.Number);
    }

    private IntakeTooLargeException TooMany() => new($"The request has more than {_maxSamples} samples: split it.");

    private bool TryAccumulate(CachedSeries series, long time, double delta, out double sum, out bool first)
    {
        if (Sums is null) return series.TryAccumulate(time, delta, out sum, out first);
        (sum, first) = (0, false);
        var key = new SumKey(series.Descriptor.Fingerprint, IsBuckets: false);
        if (!Sums.TryGet(key, out var lent)) return false;
        var running = RunningSum.Read(lent);
        if (!running.TryAdd(time, delta, out sum, out first)) return false;
        Sums.Set(key, running.ToBytes());
        return true;
    }

    private RejectReason RejectTime(CachedSeries series, long time)
    {
        var reason = time < _oldest ? RejectReason.TooOld : RejectReason.TooFarInFuture;
        if (Rejections.Count(reason, 1)) Rejections.Describe(reason, $"{Name(series.Descriptor)} at {time}");
        return reason;
    }
}
