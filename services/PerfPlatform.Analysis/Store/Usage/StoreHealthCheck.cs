using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Inbox;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>Whether samples can be taken and are written: the registry, the leases, the last commit, the last flush and how far merging is behind.</summary>
internal sealed class StoreHealthCheck(
    SeriesRegistry registry, PartitionSet partitions, LeaseKeeper leases, InboxWriter inbox, InboxReplay replay, Flusher flusher, Compactor compactor, IOptions<StoreOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (!registry.IsLoaded) return HealthCheckResult.Degraded("The series registry is not loaded yet.");

        // What another replica writes is in good hands.
        var idle = partitions.All.Where(p => p.State != PartitionState.Ready && (p.State != PartitionState.Elsewhere || leases.View.Owner(p.Number) is null)).Select(p => $"{p.Number} {p.State}").ToList();
        if (idle.Count > 0) return HealthCheckResult.Degraded("Partitions that nobody writes: " + string.Join(", ", idle));
        if (inbox.Trouble is { } refused) return HealthCheckResult.Degraded("Samples are refused: " + refused);
        if (flusher.Trouble is { } trouble) return HealthCheckResult.Degraded("Segments cannot be written: " + trouble);
        if (replay.Unreadable is > 0 and var rows) return HealthCheckResult.Degraded($"{rows} rows of the inbox cannot be read: their samples are missing. The log names them.");
        if (compactor.HoursBehind > options.Value.CompactionMaxHours)
            return HealthCheckResult.Degraded($"{compactor.HoursBehind} hours wait for their segments to be merged: queries and storage suffer. {compactor.Trouble}".TrimEnd());
        var bytes = partitions.HeadBytes;
        return bytes > options.Value.HeadBytes / 2
            ? HealthCheckResult.Degraded($"The head holds {bytes >> 20} MB in {partitions.InboxRows} inbox rows: segments are written slower than samples come.")
            : HealthCheckResult.Healthy($"{registry.Count} series, {partitions.InboxRows} inbox rows, {bytes >> 10} kB in memory");
    }
}
