namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>Brings the samples of a partition to this process. There is none where samples come by calls alone.</summary>
internal interface IPartitionFeed
{
    /// <summary>Lets the samples of a partition come here; does nothing where they do already.</summary>
    void Open(int partition);

    /// <summary>Lets them come here no more; returns when what is in hand is done or has gone back.</summary>
    Task CloseAsync(int partition, CancellationToken cancellationToken);
}
