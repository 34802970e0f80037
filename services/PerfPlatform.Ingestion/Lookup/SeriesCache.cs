// Hot file: every series of every request is looked up here. TryFind allocates nothing, takes no lock and sees no string.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// The series that intake has seen lately, by their bytes as they came and by fingerprint. A series may come in several spellings
/// (order of labels, protocols); each spelling is remembered and leads to the same <see cref="CachedSeries"/>. Any number of threads look up; changes take turns.
/// </summary>
internal sealed class SeriesCache
{
    // Both bounded by IngestionOptions.MaxSeries (spellings by twice as many); what was idle for two generations is forgotten.
    private readonly Spellings _spellings;
    private readonly ConcurrentDictionary<Fingerprint, CachedSeries> _series = new();
    private readonly Lock _change = new();
    private readonly int _maxSeries;
    private readonly int _partitions;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _generationLength;
    private RegistryEpoch _epoch = RegistryEpoch.None;
    private int _generation;
    private int _seriesCount;
    private long _generationStart;

    public SeriesCache(IOptions<IngestionOptions> options, ISampleSink sink, TimeProvider clock)
    {
        _maxSeries = options.Value.MaxSeries;
        _spellings = new Spellings(_maxSeries * 2L);
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

    /// <summary>Looks a series up by its bytes as they came.</summary>
    /// <param name="bytes">The key.</param>
    /// <param name="last">The spelling found before this one in the same request, or none. Senders repeat their order, so what followed it then is tried first.</param>
    /// <param name="found">The spelling, when the answer is true.</param>
    /// <param name="series">Its series.</param>
    public bool TryFind(ReadOnlySpan<byte> bytes, Spelling last, out Spelling found, [NotNullWhen(true)] out CachedSeries? series)
    {
        if (!_spellings.TryFind(bytes, last, out found, out series)) return false;
        Mark(found);
        return true;
    }

    /// <summary>Whether a message begins with the bytes of the spelling that followed <paramref name="last"/> before, and how many they are.</summary>
    public bool TryFindNext(ReadOnlySpan<byte> message, Spelling last, out Spelling found, [NotNullWhen(true)] out CachedSeries? series, out int length)
    {
        if (!_spellings.TryFindNext(message, last, out found, out series, out length)) return false;
        Mark(found);
        return true;
    }

    /// <summary>Asks the series of a spelling for its id, which the spelling then knows too.</summary>
    public int AskId(Spelling spelling, CachedSeries series, int epochNumber)
    {
        var id = series.IdIn(epochNumber);
        if (id == 0) return 0;
        // Not without the lock: an id that is taken back in the meantime must not be copied over.
        lock (_change) Spellings.CopyId(spelling, series);
        return id;
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
            _spellings.Add(bytes, series, _generation);
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
            var replaced = false;
            for (var i = 0; i < ids.Count && (i + 1) * size <= fingerprints.Length; i++)
            {
                if (_series.TryGetValue(Fingerprint.Read(fingerprints.Slice(i * size, size)), out var series)) replaced |= series.SetId(_epoch.Number, ids[i]);
            }

            if (replaced) _spellings.ForgetIds();
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
                series.Continue(old);
                changed[old] = series;
                _series[fingerprint] = series;
            }

            if (changed.Count > 0) _spellings.Replace(changed);
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
            _spellings.Age(_generation - 2);
            foreach (var (fingerprint, series) in _series)
            {
                if (_generation - series.Generation <= 2 || !_series.TryRemove(fingerprint, out _)) continue;
                _seriesCount--;
                series.Owner.Release();
            }
        }
    }

    private void Mark(Spelling found)
    {
        ref var record = ref found.Record;
        if (record.Generation != _generation) record.Generation = _generation;
    }
}
