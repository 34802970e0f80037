using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PerfPlatform.Analysis.Bus;

/// <summary>Looks at the queues of the broker, where there is one, every two seconds: how many dead letters there are, and whether the partitions that are written here go on.</summary>
internal sealed class QueueWatch(Broker broker, PartitionSet partitions, PartitionProgress progress, IEnumerable<IPartitionFeed> feeds, IConfiguration configuration, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2), s_again = TimeSpan.FromSeconds(1);

    // Longer than a busy machine takes for a message, and than another process needs to take over.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly StandingPartitions _standing = new(s_patience);
    private readonly long _start = clock.GetTimestamp();

    // Where intake is in the same process there are no queues of samples.
    private readonly bool _hasQueues = feeds.Any();

    private QueueLook? _last;

    /// <summary>What was seen last; null while the broker does not answer.</summary>
    public QueueLook? Last => Volatile.Read(ref _last);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!broker.IsNamed) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The health check tells it, and the bus logs it.
                Volatile.Write(ref _last, null);
            }

            await Task.Delay(s_again, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await broker.ConnectAsync("queues", cancellationToken);
        await DeclareAsync(connection, cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        while (true)
        {
            var letters = await channel.QueueDeclarePassiveAsync(DeadLetterQueue.Name, cancellationToken);
            var now = new List<(int Partition, long Waiting, long Finished)>();
            foreach (var partition in partitions.All.Where(p => _hasQueues && p.State == PartitionState.Ready).Select(p => p.Number))
            {
                var finished = progress.Finished(partition);
                var queue = await channel.QueueDeclarePassiveAsync(SampleQueues.Queue(partition), cancellationToken);
                now.Add((partition, queue.MessageCount + progress.Held(partition), finished));
            }

            Volatile.Write(ref _last, new QueueLook(letters.MessageCount, _standing.Look(now, clock.GetElapsedTime(_start))));
            await Task.Delay(s_every, clock, cancellationToken);
        }
    }

    // So that there is always one to look at. On a channel of its own: where the queue is there with another bound, as an administrator may have made it, the broker closes it.
    private async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await DeadLetterQueue.DeclareAsync(channel, configuration, cancellationToken);
        }
        catch (OperationInterruptedException) when (connection.IsOpen)
        {
            return;
        }
    }
}
