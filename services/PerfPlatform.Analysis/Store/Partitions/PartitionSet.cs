using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>All partitions of the installation, and what of them is in this process.</summary>
internal sealed class PartitionSet : IDisposable
{
    private static readonly TimeSpan ReplayPatience = TimeSpan.FromSeconds(10);
    private readonly Partition[] _partitions;
    private readonly LatestSamples _latest;
    private readonly TimeProvider _clock;

    public PartitionSet(IOptions<StoreOptions> options, IConfiguration configuration, LatestSamples latest, TimeProvider clock)
    {
        (_latest, _clock) = (latest, clock);
        var distributed = !string.IsNullOrEmpty(configuration.GetConnectionString(ResourceNames.RabbitMq));
        var count = options.Value.Partitions ?? (distributed ? SampleQueues.Partitions(configuration) : 1);
        var pool = new SlabPool(options.Value.HeadBytes);
        _partitions = new Partition[count];
        for (var i = 0; i < count; i++) _partitions[i] = new Partition(i, pool, latest, options.Value.RecentBytes / count);
    }

    public int Count => _partitions.Length;

    public Partition this[int number] => _partitions[number];

    public IReadOnlyList<Partition> All => _partitions;

    public long HeadBytes => _partitions.Sum(p => p.Head.Bytes);

    public long RecentBytes => _partitions.Sum(p => p.Recent.View.Bytes);

    public int InboxRows => _partitions.Sum(p => p.Head.InboxRows);

    /// <summary>Changes whenever a head was thrown away.</summary>
    public int Version => _partitions.Sum(p => p.Version);

    /// <summary>The head's samples of some series at this instant.</summary>
    public HeadSnapshot Snapshot(ReadOnlySpan<int> seriesIds)
    {
        var snapshot = new HeadSnapshot();
        foreach (var partition in _partitions) partition.Head.Snapshot(snapshot, seriesIds);
        return snapshot;
    }

    /// <summary>The newest samples of some series that memory has; <paramref name="missing"/> gets those of which the database may have newer ones.</summary>
    public LatestSample?[] Latest(ReadOnlySpan<int> seriesIds, List<int> missing)
    {
        var samples = new LatestSample?[seriesIds.Length];
        foreach (var partition in _partitions) partition.Head.ReadLatest(seriesIds, samples);
        _latest.Read(seriesIds, samples, missing);
        return samples;
    }

    /// <summary>Waits (a bounded while) until no partition is being read from the inbox, so that a query does not miss what a restart has not read yet.</summary>
    public async Task WaitForReplayAsync(CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        while (_partitions.Any(p => p.State is PartitionState.Starting or PartitionState.Replaying) && _clock.GetElapsedTime(start) < ReplayPatience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock, cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var partition in _partitions) partition.Dispose();
    }
}
