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
    /// <param name="alerts">The rule's alerts that fire, and those of the memory that are over.</param>
    /// <param name="wants">Whether the subscription wants an alert; who was told that one fires is told that it is over, wanted or not.</param>
    /// <param name="now">Now.</param>
    public static GroupPlan Of(WebhookSubscription subscription, GroupMemory memory, IReadOnlyList<Alert> alerts, Func<Alert, bool> wants, DateTimeOffset now)
    {
        var firing = alerts.Where(a => a.State is AlertState.Firing or AlertState.Unknown).ToList();
        var fresh = firing.Where(a => !memory.Told.Contains(a.Id) && a.SilencedBy.Count == 0 && wants(a)).ToList();
        var over = alerts.Where(a => a.State == AlertState.Resolved && memory.Told.Contains(a.Id)).ToList();
        var told = firing.Where(a => memory.Told.Contains(a.Id)).ToList();
        var wanted = told.Where(a => a.SilencedBy.Count == 0 && wants(a)).ToList();
        if (fresh.Count == 0 && over.Count == 0) return Repeat(subscription, memory, told, wanted, now);

        // A new group waits for more of its kind; one that was told of keeps its distance, also when it comes back, unless all of it is over.
        var waiting = memory.WaitingSince ?? now;
        var due = over.Count > 0 && fresh.Count == 0 && told.Count == 0 ? now : Later(memory.Told.Count == 0 ? waiting + subscription.GroupWait : now, memory.SentAt + subscription.GroupInterval);
        if (due > now) return new GroupPlan([], memory with { WaitingSince = waiting }, due);
        var next = told.Concat(fresh).Select(a => a.Id).ToHashSet();
        return new GroupPlan([.. wanted, .. fresh, .. over], new GroupMemory(next, null, now), now + (next.Count == 0 ? subscription.GroupInterval : subscription.RepeatInterval));
    }

    private static GroupPlan Repeat(WebhookSubscription subscription, GroupMemory memory, List<Alert> told, List<Alert> wanted, DateTimeOffset now)
    {
        // Alerts of the memory that are in no list any more (deleted) are forgotten; that something was sent, when it is long enough ago.
        if (told.Count == 0)
        {
            return memory.SentAt + subscription.GroupInterval is { } end && end > now
                ? new GroupPlan([], new GroupMemory(GroupMemory.Empty.Told, null, memory.SentAt), end)
                : new GroupPlan([], GroupMemory.Empty, null);
        }

        var kept = new GroupMemory(told.Select(a => a.Id).ToHashSet(), null, memory.SentAt);
        var due = (memory.SentAt ?? now) + subscription.RepeatInterval;
        if (due > now) return new GroupPlan([], kept, due);
        return new GroupPlan([.. wanted.Where(a => a.Acknowledged is null)], kept with { SentAt = now }, now + subscription.RepeatInterval);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;
}
