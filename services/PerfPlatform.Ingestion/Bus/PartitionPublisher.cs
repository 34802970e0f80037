using System.Diagnostics;
using System.Threading.Channels;
using MassTransit;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Bus;

/// <summary>
/// Publishes the batches of one partition, one message at a time. Batches that come while a message waits for its confirm share the next one,
/// and while several send it gathers for a moment first: the broker's work is by the message, not by the byte, so few large ones are what it can take.
/// </summary>
internal sealed partial class PartitionPublisher(IPublishEndpoint bus, int partition, TimeProvider clock, ILogger logger)
{
    private const int MessageBytes = 256 << 10;
    private const long MaxWaitingBytes = 32L << 20;
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(3);

    // Bounded by MaxWaitingBytes.
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private long _waitingBytes;

    private readonly record struct Waiting(byte[] Batch, TaskCompletionSource Confirmed, ActivityContext Trace);

    /// <summary>Returns when the broker has the batch safe.</summary>
    /// <param name="batch">The batch in its binary form.</param>
    /// <param name="trace">What the batch is published for.</param>
    /// <exception cref="SinkUnavailableException">It has not, and the batch may be sent again.</exception>
    public Task PublishAsync(byte[] batch, ActivityContext trace)
    {
        var waiting = new Waiting(batch, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), trace);
        if (Interlocked.Add(ref _waitingBytes, batch.Length) > MaxWaitingBytes)
        {
            Interlocked.Add(ref _waitingBytes, -batch.Length);
            throw new SinkUnavailableException("The message broker takes samples more slowly than they come. Send again in a moment.");
        }

        if (_waiting.Writer.TryWrite(waiting)) return waiting.Confirmed.Task;
        Interlocked.Add(ref _waitingBytes, -batch.Length);
        throw new SinkUnavailableException("Intake is stopping. Send again in a moment.");
    }

    /// <summary>Publishes until stopped; what then still waits is told to come again.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        // Bounded by MessageBytes.
        var together = new List<Waiting>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                // Where the last message had company more senders are on their way; one who sends alone never waits here.
                if (together.Count > 1 && Interlocked.Read(ref _waitingBytes) < MessageBytes) await Task.Delay(Gather, clock, stoppingToken);
                together.Clear();
                var size = 0;
                while (size < MessageBytes && _waiting.Reader.TryPeek(out var next) && (size == 0 || size + next.Batch.Length <= MessageBytes))
                {
                    if (!_waiting.Reader.TryRead(out next)) break;
                    size += next.Batch.Length;
                    together.Add(next);
                }

                await PublishAsync(together, stoppingToken);
                Interlocked.Add(ref _waitingBytes, -size);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var left)) left.Confirmed.TrySetException(new SinkUnavailableException("Intake is stopping. Send again in a moment."));
        }
    }

    private async Task PublishAsync(List<Waiting> together, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(ConfirmTimeout);
        try
        {
            var message = new SamplesIngested { Partition = partition, Batches = together.ConvertAll(w => w.Batch) };
            await bus.Publish(message, context => Address(context, together), deadline.Token).WaitAsync(deadline.Token);
            foreach (var waiting in together) waiting.Confirmed.TrySetResult();
        }
        catch (Exception e)
        {
            LogNotConfirmed(logger, partition, e.Message);
            var failure = new SinkUnavailableException("The message broker did not confirm the samples. Send them again in a moment.", e);
            foreach (var waiting in together) waiting.Confirmed.TrySetException(failure);
        }
    }

    // Mandatory: a message that reaches no queue comes back as a failure, never as a confirm.
    private void Address(PublishContext<SamplesIngested> context, List<Waiting> together)
    {
        context.SetRoutingKey(SampleQueues.RoutingKey(partition));
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit)) rabbit.Mandatory = true;
        SampleTrace.Write(context, together.Select(waiting => waiting.Trace));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Samples of partition {Partition} were not confirmed and are asked for again: {Reason}")]
    private static partial void LogNotConfirmed(ILogger logger, int partition, string reason);
}
