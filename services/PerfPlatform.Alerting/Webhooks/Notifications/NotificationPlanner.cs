using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>
/// Compares what fires with what each subscription was told, and puts messages into the outbox. It goes by state, not by events:
/// whatever a crash or an absent database left undone is found again.
/// </summary>
public sealed partial class NotificationPlanner(
    NotificationStore store, WebhookStore webhooks, SilenceStore silences, NotificationSignal signal, DeliverySignal deliveries, SchemaReady<AlertingContext> schema,
    IOptions<AlertingOptions> options, TimeProvider clock, ILogger<NotificationPlanner> logger)
    : BackgroundService
{
    // Silences end and alerts are acknowledged without a signal from this process.
    private static readonly TimeSpan s_lookAtLeastEvery = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(1);
            try
            {
                var due = await PlanAsync(stoppingToken);
                wait = due is { } time ? time - clock.GetUtcNow() : s_lookAtLeastEvery;
                if (wait > s_lookAtLeastEvery) wait = s_lookAtLeastEvery;
                if (wait < TimeSpan.FromMilliseconds(20)) wait = TimeSpan.FromMilliseconds(20);
            }
            catch (Exception e) when (DatabaseTrouble.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                LogRetry(logger, e);
            }

            using var until = new CancellationTokenSource(wait, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, until.Token);
            try
            {
                await signal.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                continue;
            }
        }
    }

    private async Task<DateTimeOffset?> PlanAsync(CancellationToken cancellationToken)
    {
        var subscriptions = await webhooks.EnabledAsync(cancellationToken);
        var memory = await store.MemoryAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var quiet = await silences.ActiveAsync(now, cancellationToken);
        var (found, unseen) = await store.AlertsAsync([.. memory.Values.SelectMany(m => m.Told).Distinct()], cancellationToken);
        var alerts = found.Select(a => quiet.ApplyTo(unseen.Contains(a.Id) ? AsItFired(a) : a)).ToLookup(a => a.Name);
        var waiting = new HashSet<string>();
        DateTimeOffset? due = null;
        foreach (var webhook in subscriptions)
        {
            var wanted = new WantedAlerts(webhook);
            var rules = alerts.Select(g => g.Key).Union(memory.Keys.Where(k => k.Webhook == webhook.Id).Select(k => k.Rule));
            foreach (var rule in rules)
            {
                var known = memory.GetValueOrDefault((webhook.Id, rule));
                List<Alert> theirs = [.. alerts[rule].Where(wanted.Wants)];
                var plan = GroupPlan.Of(webhook, known ?? GroupMemory.Empty, theirs, now);
                if (plan.Due is { } time && (due is null || time < due)) due = time;
                if (plan.Memory.WaitingSince is not null) waiting.UnionWith(theirs.Select(a => a.Id));
                if (plan.Send.Count > 0 || Differs(plan.Memory, known ?? GroupMemory.Empty)) await WriteAsync(webhook, rule, plan, now, cancellationToken);
            }
        }

        // What was over before the first look stays unseen while its group waits; what is told that it fired is told next that it is over.
        var over = found.Where(a => a.State == AlertState.Resolved && unseen.Contains(a.Id)).Select(a => a.Id).ToList();
        await store.SeenAsync([.. unseen.Except(over.Where(waiting.Contains))], cancellationToken);
        return over.Exists(id => !waiting.Contains(id)) ? now : due;
    }

    private static Alert AsItFired(Alert alert) => alert with { State = AlertState.Firing, ResolvedAt = null };

    private async Task WriteAsync(Webhook webhook, string rule, GroupPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        OutgoingMessage? message = null;
        if (plan.Send.Count > 0)
        {
            var name = plan.Send.Any(a => a.State != AlertState.Resolved) ? MessageEvent.Firing : MessageEvent.Resolved;
            message = OutgoingMessage.Of(webhook, rule, name, plan.Send, options.Value, now);
        }

        await store.WriteAsync(webhook.Id, rule, plan.Memory, message, cancellationToken);
        if (message is not null) deliveries.Set();
    }

    private static bool Differs(GroupMemory a, GroupMemory b) => a.WaitingSince != b.WaitingSince || a.SentAt != b.SentAt || !a.Told.SetEquals(b.Told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications wait for the database")]
    private static partial void LogRetry(ILogger logger, Exception exception);
}
