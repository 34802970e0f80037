using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>
/// Empties the outbox. Each webhook has a few attempts under way at most and each of its rules one, so a receiver that is dead or slow delays nobody else.
/// </summary>
public sealed partial class DeliveryWorker(
    DeliveryOutbox outbox, DeliveryDesk desk, DeliverySignal signal, SchemaReady<AlertingContext> schema, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<DeliveryWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_lookAtLeastEvery = TimeSpan.FromSeconds(15);

    // Bounded by webhooks times AlertingOptions.WebhookConcurrency.
    private readonly Dictionary<(Guid Webhook, string Rule), Task> _underWay = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var wait = TimeSpan.FromSeconds(1);
                try
                {
                    wait = await StartDueAsync(stoppingToken);
                }
                catch (Exception e) when (DatabaseTrouble.Is(e) && !stoppingToken.IsCancellationRequested)
                {
                    LogRetry(logger, e);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogStumbled(logger, e);
                }

                await WaitAsync(wait, stoppingToken);
            }
        }
        finally
        {
            // Each ends by the same token; what was not recorded is sent again after the restart.
            await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How long nothing will be due.</returns>
    private async Task<TimeSpan> StartDueAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, task) in _underWay)
        {
            if (task.IsCompleted) _underWay.Remove(key);
        }

        var wait = s_lookAtLeastEvery;
        var now = clock.GetUtcNow();
        foreach (var head in await outbox.HeadsAsync(cancellationToken))
        {
            var key = (head.Message.Webhook, head.Message.Group.RuleId);
            if (_underWay.ContainsKey(key)) continue;
            if (head.NextAttemptAt > now)
            {
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks, (head.NextAttemptAt - now).Ticks));
                continue;
            }

            if (_underWay.Keys.Count(k => k.Webhook == head.Message.Webhook) >= options.Value.WebhookConcurrency) continue;
            _underWay.Add(key, DeliverAsync(head, cancellationToken));
        }

        return wait;
    }

    private async Task DeliverAsync(PendingDelivery head, CancellationToken cancellationToken)
    {
        try
        {
            await desk.AttemptAsync(head, retry: true, cancellationToken);
        }
        catch (Exception e) when (DatabaseTrouble.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            // Not recorded: it is sent again, at least once is what is promised.
            LogRetry(logger, e);
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e, head.Message.Id);
            await Task.Delay(TimeSpan.FromSeconds(5), clock, cancellationToken);
        }
    }

    // Until something is new or due, or an attempt has ended: only then may the next of its rule start.
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var until = new CancellationTokenSource(wait < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10) : wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, until.Token);
        Task signalled = signal.WaitAsync(either.Token).AsTask();
        await Task.WhenAny([signalled, .. _underWay.Values]);
        await either.CancelAsync();
        await signalled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries wait for the database")]
    private static partial void LogRetry(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deliveries met an error of ours; they go on")]
    private static partial void LogStumbled(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {DeliveryId} met an error of ours; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception, Guid deliveryId);
}
