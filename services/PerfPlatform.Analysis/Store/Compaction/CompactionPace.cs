using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Inbox;
using PerfPlatform.Analysis.Store.Partitions;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>Keeps merging out of the way: so many segments a second, at most half of the time, and not at all while samples wait to be written.</summary>
internal sealed class CompactionPace(PartitionSet partitions, InboxWriter inbox, Flusher flusher, IOptions<StoreOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the inbox or the flush is behind.</summary>
    public bool IsBusy =>
        flusher.Trouble is not null || inbox.Trouble is not null || inbox.QueuedBytes > options.Value.QueueBytes / 8 || partitions.HeadBytes > options.Value.HeadBytes / 4;

    /// <summary>How long to rest after work.</summary>
    public static TimeSpan Rest(int rows, TimeSpan work, int rowsPerSecond)
    {
        var budget = TimeSpan.FromSeconds((double)rows / rowsPerSecond) - work;
        return budget > work ? budget : work;
    }

    /// <summary>Returns when the next portion may begin.</summary>
    public async Task WaitAsync(int rows, TimeSpan work, CancellationToken cancellationToken)
    {
        var rest = Rest(rows, work, options.Value.CompactionRowsPerSecond);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, clock, cancellationToken);
        while (IsBusy) await Task.Delay(Glance, clock, cancellationToken);
    }
}
