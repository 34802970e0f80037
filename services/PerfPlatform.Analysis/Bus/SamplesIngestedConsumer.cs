using MassTransit;
using PerfPlatform.Analysis.Store.Inbox;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>
/// Writes the batches of a message into the inbox; the broker's acknowledgement follows the commit. While the store cannot take them the message
/// is held, so that consumption pauses and nothing moves to the dead letters; when another process writes its partition it goes back to the queue. Bytes that are
/// not a batch do move to the dead letters, and samples of ids that were given after the backup that was restored.
/// </summary>
internal sealed partial class SamplesIngestedConsumer(
    InboxWriter inbox, PartitionSet partitions, PartitionProgress progress, IHostApplicationLifetime host, TimeProvider clock, ILogger<SamplesIngestedConsumer> logger, CancellationToken closing)
    : IConsumer<SamplesIngested>
{
    public async Task Consume(ConsumeContext<SamplesIngested> context)
    {
        using var inHand = progress.Take(context.Message.Partition);
        var payloads = context.Message.Batches.Select(bytes => (ReadOnlyMemory<byte>)bytes).ToList();
        var traces = SampleTrace.Read(context);
        // A message that is held when the process stops or the queue is closed goes back there: the bus would wait for it, and waits in vain.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.ApplicationStopping, closing);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await inbox.WriteAsync(payloads, traces, stop.Token);
                progress.Finish(context.Message.Partition);
                return;
            }
            catch (SinkUnavailableException e) when (!e.IsFinal)
            {
                if (attempt == 1) LogHeld(logger, context.Message.Partition, e.Message);
                await Task.Delay(e.RetryAfter, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Told below.
            }

            if (stop.IsCancellationRequested || IsElsewhere(context.Message.Partition)) throw new MessageHeldException();
        }
    }

    private bool IsElsewhere(int partition) => (uint)partition < (uint)partitions.Count && partitions[partition].State == PartitionState.Elsewhere;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of partition {Partition} is held until the store takes it: {Reason}")]
    private static partial void LogHeld(ILogger logger, int partition, string reason);
}
