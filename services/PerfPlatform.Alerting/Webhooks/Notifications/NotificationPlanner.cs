using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>
/// Compares what fires with what each subscription was told, and puts messages into the outbox. It goes by state, not by events:
/// whatever a crash or an absent database left undone is found again.
/// </summary>
public sealed partial class NotificationPlanner(
    NotificationStore store, WebhookStore webhooks, SilenceStore silences, NotificationSignal signal, DeliverySignal deliveries, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<NotificationPlanner> logger)
    : ILeaderWork
{
    // Silences end and alerts are acknowledged without a signal from this process.
    private static readonly TimeSpan s_lookAtLeastEvery = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public async Task RunAsync(LeaderTerm term, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(1);
            try
            {
                var due = await PlanAsync(term, stop);
                wait = due is { } time ? time - clock.GetUtcNow() : s_lookAtLeastEvery;
                if (wait > s_lookAtLeastEvery) wait = s_lookAtLeastEvery;
                if (wait < TimeSpan.FromMilliseconds(20)) wait = TimeSpan.FromMilliseconds(20);
            }
            catch (Exception e) when (DatabaseTrouble.Is(e) && !stop.IsCancellationRequested)
            {
                LogRetry(logger, e);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                LogStumbled(logger, e);
            }

            using var until = new CancellationTokenSource(wait, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, until.Token);
            try
            {
                await signal.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                continue;
            }
        }
    }

    private async Task<DateTimeOffset?> PlanAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        var subscriptions = await webhooks.EnabledAsync(cancellationToken);
        var memory = await store.MemoryAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var quiet = await silences.ActiveAsync(now, cancellationToken);
        var (found, unseen) = await store.AlertsAsync([.. memory.Values.SelectMany(m => m.Told).Distinct()], cancellationToken);
        var alerts = found.Select(a => quiet.ApplyTo(unseen.Contains(a.Id) ? AsItFired(a) : a)).ToLookup(a => a.RuleId);
        var waiting = new HashSet<string>();
        DateTimeOffset? due = null;
        foreach (var webhook in subscriptions)
        {
            var rules = alerts.Select(g => g.Key).Union(memory.Keys.Where(k => k.Webhook == webhook.Id).Select(k => k.Rule));
            foreach (var rule in rules)
            {
                List<Alert> theirs = [.. alerts[rule]];
                if (await PlanGroupAsync(term, webhook, rule, memory.GetValueOrDefault((webhook.Id, rule)) ?? GroupMemory.Empty, theirs, now, cancellationToken) is not { } plan) continue;
                if (plan.Due is { } time && (due is null || time < due)) due = time;
                if (plan.Memory.WaitingSince is not null) waiting.UnionWith(theirs.Select(a => a.Id));
            }
        }

        // What was over before the first look stays unseen while its group waits; what is told that it fired is told next that it is over.
        var over = found.Where(a => a.State == AlertState.Resolved && unseen.Contains(a.Id)).Select(a => a.Id).ToList();
        await store.SeenAsync(term, [.. unseen.Except(over.Where(waiting.Contains))], cancellationToken);
        return over.Exists(id => !waiting.Contains(id)) ? now : due;
    }

    private static Alert AsItFired(Alert alert) => alert with { State = AlertState.Firing, ResolvedAt = null };

    // One group's failure is its own: the others are told. Null where there is no plan.
    private async Task<GroupPlan?> PlanGroupAsync(LeaderTerm term, Webhook webhook, string rule, GroupMemory known, IReadOnlyList<Alert> alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var plan = GroupPlan.Of(webhook, known, alerts, new WantedAlerts(webhook).Wants, now);
            if (plan.Send.Count > 0 || Differs(plan.Memory, known)) await WriteAsync(term, webhook, rule, plan, now, cancellationToken);
            return plan;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // The subscription was removed since it was read: there is nobody to tell.
            return null;
        }
        catch (Exception e) when (!DatabaseTrouble.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e, webhook.Id, rule);
            return null;
        }
    }

    private async Task WriteAsync(LeaderTerm term, Webhook webhook, string rule, GroupPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        OutgoingMessage? message = null;
        if (plan.Send.Count > 0)
        {
            var name = plan.Send.Any(a => a.State != AlertState.Resolved) ? MessageEvent.Firing : MessageEvent.Resolved;
            message = OutgoingMessage.Of(webhook, new AlertGroup(rule, plan.Send[0].Name), name, plan.Send, options.Value, now);
        }

        await store.WriteAsync(term, webhook.Id, rule, plan.Memory, message, cancellationToken);
        if (message is not null) deliveries.Set();
    }

    private static bool Differs(GroupMemory a, GroupMemory b) => a.WaitingSince != b.WaitingSince || a.SentAt != b.SentAt || !a.Told.SetEquals(b.Told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications wait for the database")]
    private static partial void LogRetry(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Planning for webhook {WebhookId} and rule {RuleId} met an error of ours; the others go on")]
    private static partial void LogFailed(ILogger logger, Exception exception, Guid webhookId, string ruleId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Planning of notifications met an error of ours; it goes on")]
    private static partial void LogStumbled(ILogger logger, Exception exception);
}
