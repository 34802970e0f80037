using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>
/// The hours that may hold several segments of one series. An hour is due when it is over and has rested, so that late samples are merged together;
/// one that never rests is due all the same after an hour.
/// </summary>
internal sealed class CompactionBacklog(IOptions<StoreOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Entry> _hours = []; // bounded by the hours of the raw retention: older ones are forgotten in every round
    private long _version;

    /// <summary>Says that segments of these hours were written.</summary>
    public void Touch(IEnumerable<long> hours, long now)
    {
        lock (_gate)
        {
            foreach (var hour in hours)
            {
                ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, hour, out var exists);
                if (!exists || !entry.IsKnown) entry.First = now;
                (entry.Last, entry.IsKnown, entry.Version) = (now, true, ++_version);
            }
        }
    }

    /// <summary>Asks for a look at every hour of a range: what another process, or this one before its start, has left there is not known.</summary>
    public void Suspect(long from, long to)
    {
        lock (_gate)
        {
            for (var hour = PostgresTime.Hour(from); hour < to; hour += PostgresTime.HourLength)
            {
                ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, hour, out _);
                entry.Version = ++_version;
            }
        }
    }

    /// <summary>Says that an hour was looked at and there is work.</summary>
    public void Confirm(long hour)
    {
        lock (_gate)
        {
            if (_hours.TryGetValue(hour, out var entry)) _hours[hour] = entry with { IsKnown = true };
        }
    }

    /// <summary>The hours that are due, oldest first, each with the version that <see cref="Done"/> wants. Those before <paramref name="oldest"/> are forgotten.</summary>
    public IReadOnlyList<(long Hour, long Version)> Due(long now, long oldest)
    {
        lock (_gate)
        {
            foreach (var hour in _hours.Keys.Where(h => h + PostgresTime.HourLength <= oldest).ToList()) _hours.Remove(hour);
            return [.. _hours.Where(h => IsDue(h.Key, h.Value, now)).OrderBy(h => h.Key).Select(h => (h.Key, h.Value.Version))];
        }
    }

    /// <summary>Says that an hour is merged, unless something has been written there since.</summary>
    public void Done(long hour, long version)
    {
        lock (_gate)
        {
            if (!_hours.TryGetValue(hour, out var entry)) return;
            if (entry.Version == version) _hours.Remove(hour);
            else _hours[hour] = entry with { First = entry.Last };
        }
    }

    /// <summary>Whether nothing is known or suspected of the hours of a range.</summary>
    public bool IsClear(long from, long to)
    {
        lock (_gate) return !_hours.Keys.Any(h => h + PostgresTime.HourLength > from && h < to);
    }

    /// <summary>How many hours are due and known to hold work.</summary>
    public int Behind(long now)
    {
        lock (_gate) return _hours.Count(h => h.Value.IsKnown && IsDue(h.Key, h.Value, now));
    }

    private bool IsDue(long hour, Entry entry, long now)
    {
        var rest = (long)options.Value.CompactionLateness.TotalMilliseconds;
        var over = hour + PostgresTime.HourLength;
        return now >= over + rest && (now >= entry.Last + rest || now >= Math.Max(entry.First, over) + PostgresTime.HourLength);
    }

    private struct Entry
    {
        public long First;
        public long Last;
        public long Version;
        public bool IsKnown;
    }
}
