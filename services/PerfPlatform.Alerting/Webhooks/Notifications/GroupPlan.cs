using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>What to do about the alerts of one rule for one subscription.</summary>
/// <param name="Send">The alerts to tell of; empty: nothing to send now.</param>
/// <param name="Memory">What to remember.</param>
/// <param name="Due">When to look again without being woken; null when there is nothing to wait for.</param>
public sealed record GroupPlan(IReadOnlyList<Alert> Send, GroupMemory Memory, DateTimeOffset? Due)
{
    /// <summary>Plans. Pure.</summary>
    /// <param name="subscription">Its waits.</param>
    /// <param name="memory">What it was told.</param>
    /// <param name="alerts">The rule's alerts that the subscription wants: those that fire, and those of its memory that are over.</param>
    /// <param name="now">Now.</param>
    public static GroupPlan Of(WebhookSubscription subscription, GroupMemory memory, IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        var firing = alerts.Where(a => a.State is AlertState.Firing or AlertState.Unknown).ToList();
        var fresh = firing.Where(a => !memory.Told.Contains(a.Id) && a.SilencedBy.Count == 0).ToList();
        var over = alerts.Where(a => a.State == AlertState.Resolved && memory.Told.Contains(a.Id)).ToList();
        var told = firing.Where(a => memory.Told.Contains(a.Id)).ToList();
        if (fresh.Count == 0 && over.Count == 0) return Repeat(subscription, memory, told, now);

        // A new group waits for more of its kind; a group that is told of already keeps its distance, unless all of it is over.
        var waiting = memory.WaitingSince ?? now;
        var due = memory.Told.Count == 0 ? waiting + subscription.GroupWait
            : fresh.Count == 0 && told.Count == 0 ? now
            : (memory.SentAt ?? now) + subscription.GroupInterval;
        if (due > now) return new GroupPlan([], memory with { WaitingSince = waiting }, due);
        var send = told.Where(a => a.SilencedBy.Count == 0).Concat(fresh).Concat(over).ToList();
        var next = told.Concat(fresh).Select(a => a.Id).ToHashSet();
        return new GroupPlan(send, new GroupMemory(next, null, now), next.Count == 0 ? null : now + subscription.RepeatInterval);
    }

    private static GroupPlan Repeat(WebhookSubscription subscription, GroupMemory memory, List<Alert> told, DateTimeOffset now)
    {
        // Alerts of the memory that are in no list any more (deleted) are forgotten.
        var kept = new GroupMemory(told.Select(a => a.Id).ToHashSet(), null, memory.SentAt);
        if (told.Count == 0) return new GroupPlan([], kept, null);
        var due = (memory.SentAt ?? now) + subscription.RepeatInterval;
        if (due > now) return new GroupPlan([], kept, due);
        var send = told.Where(a => a.Acknowledged is null && a.SilencedBy.Count == 0).ToList();
        return new GroupPlan(send, kept with { SentAt = now }, now + subscription.RepeatInterval);
    }
}
