using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Leading;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>
/// Empties the outbox. Each webhook has a few attempts under way at most and each of its rules one, so a receiver that is dead or slow delays nobody else.
/// </summary>
public sealed partial class DeliveryWorker(
    DeliveryOutbox outbox, DeliveryDesk desk, DeliverySignal signal, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<DeliveryWorker> logger)
    : ILeaderWork
{
    private static readonly TimeSpan s_lookAtLeastEvery = TimeSpan.FromSeconds(15);

    // Bounded by webhooks times AlertingOptions.WebhookConcurrency.
    private readonly Dictionary<(Guid Webhook, string Rule), Task> _underWay = [];

    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var wait = TimeSpan.FromSeconds(1);
                try
                {
                    wait = await StartDueAsync(term, stop);
                }
                catch (Exception e) when (DatabaseTrouble.Is(e) && !stop.IsCancellationRequested)
                {
                    LogRetry(logger, e);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    LogStumbled(logger, e);
                }

                await WaitAsync(wait, stop);
            }
        }
        finally
        {
            // What is on its way is waited for as long as the lease is; what was not recorded is sent again by the next leader.
            await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _underWay.Clear();
        }
    }

    /// <returns>How long nothing will be due.</returns>
    private async Task<TimeSpan> StartDueAsync(LeaderTerm term, CancellationToken cancellationToken)
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
            _underWay.Add(key, DeliverAsync(head, term, cancellationToken));
        }

        return wait;
    }

    private async Task DeliverAsync(PendingDelivery head, LeaderTerm term, CancellationToken stop)
    {
        try
        {
            await desk.AttemptAsync(head, term, term.Lost);
        }
        catch (Exception e) when (DatabaseTrouble.Is(e) && !term.Lost.IsCancellationRequested)
        {
            // Not recorded: it is sent again, at least once is what is promised.
            LogRetry(logger, e);
            await Task.Delay(TimeSpan.FromSeconds(1), clock, stop);
        }
        catch (Exception e) when (!term.Lost.IsCancellationRequested)
        {
            LogFailed(logger, e, head.Message.Id);
            await Task.Delay(TimeSpan.FromSeconds(5), clock, stop);
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
