using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Puts messages that could not be handled into <see cref="DeadLetterQueue"/>, as they came. One leaves its own queue only when the broker has confirmed it there; while that queue is full it goes
/// back to its own and is tried again. What comes to a queue of this process alone is news that nobody else waits for and that is gone with the process: it is told in the log.
/// </summary>
internal sealed partial class DeadLetterKeeper(IConfiguration configuration, TimeProvider clock, ILogger<DeadLetterKeeper> logger)
{
    // The broker brings a message that was given back at once.
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(2);

    private long _refusedAt;
    private volatile bool _isRefused;

    /// <summary>Whether there was no room for a message the last time, and that was just now: another process may have had better luck with it.</summary>
    public bool IsRefused => _isRefused && clock.GetElapsedTime(Volatile.Read(ref _refusedAt)) < 5 * s_hold;

    /// <summary>Returns when the message is safe there.</summary>
    public async Task KeepAsync(ReceiveContext context, string reason)
    {
        var queue = context.GetPayload<ReceiveSettings>();
        if (!queue.Durable)
        {
            LogDropped(logger, queue.QueueName, reason);
            return;
        }

        var letter = DeadLetter.Mark(context.GetPayload<RabbitMqBasicConsumeContext>().Properties, queue.QueueName, reason, clock.GetUtcNow());
        try
        {
            await PublishAsync(context.GetPayload<ChannelContext>().Channel, letter, context.Body.GetBytes(), context.CancellationToken);
        }
        catch (PublishException)
        {
            Volatile.Write(ref _refusedAt, clock.GetTimestamp());
            _isRefused = true;
            LogHeld(logger, queue.QueueName, reason);
            await Task.Delay(s_hold, clock, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        _isRefused = false;
        LogKept(logger, queue.QueueName, reason);
    }

    // Mandatory, so that one that reached no queue comes back.
    private async Task PublishAsync(IChannel channel, BasicProperties letter, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await channel.BasicPublishAsync("", DeadLetterQueue.Name, mandatory: true, letter, body, cancellationToken);
        }
        catch (PublishException e) when (e.IsReturn)
        {
            await DeadLetterQueue.DeclareAsync(channel, configuration, cancellationToken);
            await channel.BasicPublishAsync("", DeadLetterQueue.Name, mandatory: true, letter, body, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Queue} could not be handled and lies with the dead letters: {Reason}")]
    private static partial void LogKept(ILogger logger, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Queue} could not be handled and stays there, because there is no room with the dead letters: {Reason}")]
    private static partial void LogHeld(ILogger logger, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Queue}, a queue of this process, could not be handled and is dropped: {Reason}")]
    private static partial void LogDropped(ILogger logger, string queue, string reason);
}
