using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>
/// Knows which hours' roll-ups say what the segments say, without asking the database. Only where every partition is written by this process: of what another
/// one writes it knows nothing, and then only hours that are older than raw samples are final.
/// </summary>
internal sealed class RollupCoverage(PartitionSet partitions, CompactionBacklog backlog, IOptions<StoreOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _distrusted = []; // bounded by the hours of the raw retention: older ones are forgotten
    private string _looked = "";

    /// <summary>
    /// Whether the roll-ups of an hour hold all that the segments of the hour hold. Samples that are only in the head are not in it: a query takes its snapshot
    /// of the head first, then asks this, then reads.
    /// </summary>
    public bool IsFinal(long hour)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (hour + PostgresTime.HourLength <= Oldest(now)) return true;
        if (hour + PostgresTime.HourLength > now || !backlog.IsClear(hour, hour + PostgresTime.HourLength)) return false;
        if (partitions.All.Any(p => p.WritableEpoch == 0)) return false;
        var leases = Leases();
        lock (_gate) return leases == _looked && !_distrusted.Contains(hour);
    }

    /// <summary>The leases that this process holds, as a text to compare.</summary>
    public string Leases() => string.Join(' ', partitions.All.Where(p => p.WritableEpoch > 0).Select(p => $"{p.Number}:{p.WritableEpoch}"));

    /// <summary>Says that every hour in which something may be left to do is in the backlog, for these leases.</summary>
    public void Looked(string leases)
    {
        lock (_gate) _looked = leases;
    }

    /// <summary>Says that a series of this hour could not be rolled up, because its segments are damaged: queries must read them and say so.</summary>
    public void Distrust(long hour)
    {
        var oldest = Oldest(clock.GetUtcNow().ToUnixTimeMilliseconds());
        lock (_gate)
        {
            _distrusted.RemoveWhere(h => h + PostgresTime.HourLength <= oldest);
            _distrusted.Add(hour);
        }
    }

    private long Oldest(long now) => now - (long)options.Value.RawRetention.TotalMilliseconds;
}
