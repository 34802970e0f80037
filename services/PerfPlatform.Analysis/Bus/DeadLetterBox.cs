using PerfPlatform.ServiceDefaults;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PerfPlatform.Analysis.Bus;

/// <summary>
/// The dead letters in a person's hands: looked at, sent again, discarded. A queue has no look that leaves its messages where they are: they are taken out one by one, and all but the one that is done
/// with are given back. One at a time does that; a look is remembered for a while, because the broker's log grows with each message that is taken out.
/// </summary>
internal sealed class DeadLetterBox(Broker broker, TimeProvider clock) : IDisposable
{
    /// <summary>The most that are looked at.</summary>
    public const int Most = 1000;

    private const int NotFound = 404;
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_confirm = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private DeadLetterLook? _last;
    private uint _counted;
    private long _lookedAt;

    /// <summary>The oldest of them.</summary>
    public async Task<DeadLetterLook> LookAsync(CancellationToken cancellationToken) => await InTurnAsync(async channel =>
    {
        // The count may be a moment behind what is taken out and given back: it only says whether to look again.
        var counted = await channel.MessageCountAsync(DeadLetterQueue.Name, cancellationToken);
        if (_last is { } last && _counted == counted && clock.GetElapsedTime(_lookedAt) < s_remembered) return last;
        var letters = new List<DeadLetter>(); // bounded by Most
        uint behind = 0;
        await TakeAsync(channel, message =>
        {
            letters.Add(DeadLetter.Read(message.BasicProperties, message.Body.Span));
            behind = message.MessageCount;
            return false;
        }, cancellationToken);
        (_counted, _lookedAt) = (counted, clock.GetTimestamp());
        return _last = new DeadLetterLook([.. letters.OrderBy(l => l.FailedAt).ThenBy(l => l.Id, StringComparer.Ordinal)], letters.Count + (letters.Count < Most ? 0 : behind));
    }, cancellationToken) ?? DeadLetterLook.Nothing;

    /// <summary>One with its bytes; null where it is not there, or not among those that are looked at.</summary>
    public Task<DeadLetterContent?> FindAsync(string id, int mostBytes, CancellationToken cancellationToken) => InTurnAsync(async channel =>
    {
        if (await TakeAsync(channel, Is(id), cancellationToken) is not { } message) return null;
        await GiveBackAsync(channel, message.DeliveryTag, cancellationToken);
        var shown = message.Body.Span[..Math.Min(mostBytes, message.Body.Length)];
        return new DeadLetterContent(DeadLetter.Read(message.BasicProperties, message.Body.Span), message.BasicProperties.ContentType, Convert.ToBase64String(shown), shown.Length < message.Body.Length);
    }, cancellationToken);

    /// <summary>Takes one out for good; false where it is not there.</summary>
    public async Task<bool> DiscardAsync(string id, CancellationToken cancellationToken) => await InTurnAsync(async channel =>
    {
        var message = await TakeAsync(channel, Is(id), cancellationToken);
        if (message is not null) await RemoveAsync(channel, message, cancellationToken);
        return message;
    }, cancellationToken) is not null;

    /// <summary>Sends one to the queue that it came from, and takes it out when the broker has it there.</summary>
    public async Task<ResendResult> ResendAsync(string id, CancellationToken cancellationToken)
    {
        var result = ResendResult.NotFound;
        await InTurnAsync(async channel =>
        {
            var message = await TakeAsync(channel, Is(id), cancellationToken);
            if (message is null) return null;
            result = await SendAsync(message, cancellationToken);
            if (result == ResendResult.Sent) await RemoveAsync(channel, message, cancellationToken);
            else await GiveBackAsync(channel, message.DeliveryTag, cancellationToken);
            return message;
        }, cancellationToken);
        return result;
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    // A connection for each work: what was taken out and not given back is in the queue again when it ends.
    private async Task<T?> InTurnAsync<T>(Func<IChannel, Task<T?>> work, CancellationToken cancellationToken) where T : class
    {
        if (!broker.IsNamed) return null;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await broker.ConnectAsync("dead letters", cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var done = await work(channel);
            // Answered when the broker has done what it was told before.
            await channel.CloseAsync(cancellationToken);
            return done;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
        {
            // Nothing was ever put aside.
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    // The first that is wanted stays in hand; those before it are given back.
    private static async Task<BasicGetResult?> TakeAsync(IChannel channel, Func<BasicGetResult, bool> wanted, CancellationToken cancellationToken)
    {
        BasicGetResult? found = null;
        ulong last = 0;
        for (var i = 0; i < Most && found is null && await channel.BasicGetAsync(DeadLetterQueue.Name, autoAck: false, cancellationToken) is { } message; i++)
        {
            if (wanted(message)) found = message;
            else last = message.DeliveryTag;
        }

        if (last > 0) await GiveBackAsync(channel, last, cancellationToken);
        return found;
    }

    // This one and those before it.
    private static ValueTask GiveBackAsync(IChannel channel, ulong last, CancellationToken cancellationToken) => channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);

    private async Task RemoveAsync(IChannel channel, BasicGetResult message, CancellationToken cancellationToken)
    {
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
        // It may be back, as many as before, when it is looked for the next time.
        _last = null;
    }

    // On a connection of its own: a broker that has an alarm reads nothing more from one that publishes.
    private async Task<ResendResult> SendAsync(BasicGetResult message, CancellationToken cancellationToken)
    {
        var queue = DeadLetter.Read(message.BasicProperties, message.Body.Span).Queue;
        if (queue.Length == 0) return ResendResult.QueueGone;
        using var patience = new CancellationTokenSource(s_confirm, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var connection = await broker.ConnectAsync("resend", cancellationToken);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            await channel.BasicPublishAsync("", queue, mandatory: true, DeadLetter.Unmark(message.BasicProperties), message.Body, end.Token);
            return ResendResult.Sent;
        }
        catch (PublishException e)
        {
            return e.IsReturn ? ResendResult.QueueGone : ResendResult.Refused;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ResendResult.Refused;
        }
    }

    private static Func<BasicGetResult, bool> Is(string id) => message => DeadLetter.Read(message.BasicProperties, message.Body.Span).Id == id;
}
