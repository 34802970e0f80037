using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Knows whether the broker has an alarm (its disk or memory is low): then it takes nothing from those who publish. It tells that only to a connection that publishes, and reads from that one no
/// more; so there is a connection for this alone, on which a message to nobody goes out every second.
/// </summary>
public sealed partial class BrokerWatch(Broker broker, TimeProvider clock, ILogger<BrokerWatch> logger) : BackgroundService
{
    // No queue has this name: the broker throws the message away.
    private const string Nobody = "perfplatform.nobody";
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private volatile string? _alarm;
    private volatile bool _isConnected;

    /// <summary>What the broker lacks, in a sentence; null while it takes messages as far as is known.</summary>
    public string? Alarm => _alarm;

    /// <summary>Whether the broker answers.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>The sentence for the reason that the broker gives: <c>low on disk</c>, <c>low on memory</c>, <c>low on memory &amp; disk</c>.</summary>
    internal static string Sentence(string? reason) =>
        $"The message broker {(string.IsNullOrWhiteSpace(reason) ? "has an alarm" : "is " + reason.Trim().Replace("&", "and", StringComparison.Ordinal))}: samples are refused with 503 until it is not.";

    /// <inheritdoc />
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
                _isConnected = false;
            }
            finally
            {
                (_alarm, _isConnected) = (null, false);
            }

            await Task.Delay(s_every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await broker.ConnectAsync("alarms", cancellationToken);
        connection.ConnectionBlockedAsync += OnBlockedAsync;
        connection.ConnectionUnblockedAsync += OnUnblockedAsync;
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        while (connection.IsOpen && channel.IsOpen)
        {
            // While there is an alarm it would only lie in the socket.
            if (_alarm is null) await channel.BasicPublishAsync("", Nobody, ReadOnlyMemory<byte>.Empty, cancellationToken);
            _isConnected = true;
            await Task.Delay(s_every, clock, cancellationToken);
        }
    }

    private Task OnBlockedAsync(object sender, ConnectionBlockedEventArgs blocked)
    {
        _alarm = Sentence(blocked.Reason);
        LogAlarm(logger, blocked.Reason);
        return Task.CompletedTask;
    }

    private Task OnUnblockedAsync(object sender, AsyncEventArgs unblocked)
    {
        _alarm = null;
        LogOver(logger);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message broker takes no messages: it is {Reason}")]
    private static partial void LogAlarm(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The message broker takes messages again")]
    private static partial void LogOver(ILogger logger);
}
