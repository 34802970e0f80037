// Hot file: every series of every request is looked up here. TryFind allocates nothing, takes no lock and sees no string.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Cardinality;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// The series that intake has seen lately, by their bytes as they came and by fingerprint. A series may come in several spellings
/// (order of labels, protocols); each spelling is remembered and leads to the same <see cref="CachedSeries"/>.
/// </summary>
internal sealed class SeriesCache
{
    // Both bounded by IngestionOptions.MaxSeries (spellings by twice as many); what was idle for two generations is forgotten.
    private readonly ConcurrentDictionary<SeriesKey, Spelling> _spellings = new();
    private readonly ConcurrentDictionary<Fingerprint, CachedSeries> _series = new();
    private readonly Lock _change = new();
    private readonly int _maxSeries;
    private readonly int _partitions;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _generationLength;
    private RegistryEpoch _epoch = RegistryEpoch.None;
    private int _generation;
    private int _seriesCount;
    private int _spellingCount;
    private long _generationStart;

    public SeriesCache(IOptions<IngestionOptions> options, ISampleSink sink, TimeProvider clock)
    {
        _maxSeries = options.Value.MaxSeries;
        _partitions = sink.Partitions;
        _clock = clock;
        _generationLength = options.Value.SeriesIdleTime / 2;
        _generationStart = clock.GetTimestamp();
    }

    /// <summary>The registry's epoch that ids are of.</summary>
    public RegistryEpoch Epoch => Volatile.Read(ref _epoch);

    /// <summary>How many series are known.</summary>
    public int Count => Volatile.Read(ref _seriesCount);

    /// <summary>The series that are known, in no order; others may come and go meanwhile.</summary>
    public IEnumerable<CachedSeries> Known => _series.Select(entry => entry.Value);

    /// <summary>Which label of a key has most values, for an error; at most a minute old.</summary>
    public string HintOf(KeyQuota quota)
    {
        var now = _clock.GetTimestamp();
        if (quota.Hint is { } known && _clock.GetElapsedTime(known.Timestamp, now) < TimeSpan.FromMinutes(1)) return known.Text;
        quota.Hint = new LabelHint(now, CardinalitySurvey.Hint(Known, quota));
        return quota.Hint.Text;
    }

    /// <summary>Looks a series up by its bytes as they came.</summary>
    /// <param name="bytes">The key.</param>
    /// <param name="last">The spelling found before this one in the same request, or null. Senders repeat their order, so what followed it then is tried first.</param>
    /// <param name="found">The spelling, when the answer is true.</param>
    public bool TryFind(ReadOnlySpan<byte> bytes, Spelling? last, [NotNullWhen(true)] out Spelling? found)
    {
        found = last?.Next;
        if (found is not null && !found.Forgotten && bytes.SequenceEqual(found.Bytes)) return Seen(found);
        // The hash finds, the bytes decide.
        if (!_spellings.TryGetValue(SeriesKey.Of(bytes), out found) || !bytes.SequenceEqual(found.Bytes)) return false;
        if (last is not null) last.Next = found;
        return Seen(found);
    }

    /// <summary>Whether a message begins with the bytes of the spelling that followed <paramref name="last"/> before.</summary>
    public bool TryFindNext(ReadOnlySpan<byte> message, Spelling? last, [NotNullWhen(true)] out Spelling? found)
    {
        found = last?.Next;
        return found is not null && !found.Forgotten && message.StartsWith(found.Bytes) && Seen(found);
    }

    /// <summary>Remembers a spelling, and the series where it is new; null where the sender's quota has no room for a new one.</summary>
    public CachedSeries? Add(ReadOnlySpan<byte> bytes, SeriesDescriptor descriptor, KeyQuota quota)
    {
        lock (_change)
        {
            if (!_series.TryGetValue(descriptor.Fingerprint, out var series))
            {
                var room = _seriesCount < _maxSeries;
                if (!quota.TryTake())
                {
                    quota.Refuse(descriptor.Fingerprint.Low);
                    return null;
                }

                series = new CachedSeries(descriptor, descriptor.Fingerprint.Partition(_partitions), quota)
                {
                    Generation = _generation,
                    IsCached = room,
                    Introduced = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
                };
                if (!room)
                {
                    quota.Release();
                    return series;
                }

                _series[descriptor.Fingerprint] = series;
                _seriesCount++;
            }

            series.Generation = _generation;
            if (_spellingCount < _maxSeries * 2L && _spellings.TryAdd(SeriesKey.Of(bytes), new Spelling(bytes.ToArray(), series))) _spellingCount++;
            return series;
        }
    }

    /// <summary>Takes ids of the registry; those of a new epoch make every id of the old one unknown.</summary>
    public void Register(Guid epoch, ReadOnlySpan<byte> fingerprints, IReadOnlyList<int> ids)
    {
        const int size = 16;
        lock (_change)
        {
            if (_epoch.Epoch != epoch) Volatile.Write(ref _epoch, new RegistryEpoch(epoch, _epoch.Number + 1));
            for (var i = 0; i < ids.Count && (i + 1) * size <= fingerprints.Length; i++)
            {
                if (_series.TryGetValue(Fingerprint.Read(fingerprints.Slice(i * size, size)), out var series)) series.SetId(_epoch.Number, ids[i]);
            }
        }
    }

    /// <summary>Replaces the descriptors of series whose description changed; each travels labelled again, so that the registry learns it.</summary>
    public void Redescribe(Func<SeriesDescriptor, SeriesDescriptor> describe)
    {
        lock (_change)
        {
            // Bounded by MaxSeries.
            var changed = new Dictionary<CachedSeries, CachedSeries>();
            foreach (var (fingerprint, old) in _series)
            {
                var descriptor = describe(old.Descriptor);
                if (ReferenceEquals(descriptor, old.Descriptor)) continue;
                var series = new CachedSeries(descriptor, old.Partition, old.Owner) { Generation = old.Generation, IsCached = true, IsUntold = true, Introduced = old.Introduced };
                changed[old] = series;
                _series[fingerprint] = series;
            }

            if (changed.Count == 0) return;
            foreach (var spelling in _spellings.Values)
            {
                if (changed.TryGetValue(spelling.Series, out var series)) spelling.Series = series;
            }
        }
    }

    /// <summary>Starts a new generation when it is time, and forgets what was idle for two.</summary>
    public void Age()
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _generationStart)) < _generationLength) return;
        lock (_change)
        {
            if (_clock.GetElapsedTime(_generationStart) < _generationLength) return;
            Volatile.Write(ref _generationStart, _clock.GetTimestamp());
            _generation++;
            foreach (var (key, spelling) in _spellings)
            {
                if (_generation - spelling.Series.Generation <= 2 || !_spellings.TryRemove(key, out _)) continue;
                spelling.Forgotten = true;
                spelling.Next = null;
                _spellingCount--;
            }

            foreach (var (fingerprint, series) in _series)
            {
                if (_generation - series.Generation <= 2 || !_series.TryRemove(fingerprint, out _)) continue;
                _seriesCount--;
                series.Owner.Release();
            }
        }
    }

    private bool Seen(Spelling spelling)
    {
        if (spelling.Series.Generation != _generation) spelling.Series.Generation = _generation;
        return true;
    }
}
