using PerfPlatform.Alerting.Webhooks;
using PerfPlatform.Alerting.Webhooks.Notifications;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Webhooks;

/// <summary>When a subscription is told of the alerts of one rule.</summary>
public sealed class GroupPlanTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly WebhookSubscription s_subscription = new() { GroupWait = TimeSpan.FromSeconds(10), GroupInterval = TimeSpan.FromMinutes(5), RepeatInterval = TimeSpan.FromHours(4) };

    [Fact]
    public void Of_FirstAlert_WaitsForMoreAndThenTellsAllTogether()
    {
        var first = GroupPlan.Of(s_subscription, GroupMemory.Empty, [Firing("a")], s_now);
        Assert.Empty(first.Send);
        Assert.Equal(s_now.AddSeconds(10), first.Due);
        var second = GroupPlan.Of(s_subscription, first.Memory, [Firing("a"), Firing("b")], s_now.AddSeconds(10));
        Assert.Equal(["a", "b"], second.Send.Select(a => a.Id));
        Assert.Empty(GroupPlan.Of(s_subscription, second.Memory, [Firing("a"), Firing("b")], s_now.AddSeconds(11)).Send);
    }

    [Fact]
    public void Of_AnotherAlertOfAGroupThatWasTold_KeepsTheInterval()
    {
        var memory = Told(s_now, "a");
        Assert.Empty(GroupPlan.Of(s_subscription, memory, [Firing("a"), Firing("b")], s_now.AddMinutes(1)).Send);
        Assert.Equal(["a", "b"], GroupPlan.Of(s_subscription, memory, [Firing("a"), Firing("b")], s_now.AddMinutes(5)).Send.Select(a => a.Id));
    }

    [Fact]
    public void Of_AllOver_IsToldAtOnceAndOnce()
    {
        var plan = GroupPlan.Of(s_subscription, Told(s_now, "a"), [Over("a")], s_now.AddSeconds(1));
        Assert.Equal(["a"], plan.Send.Select(a => a.Id));
        Assert.Empty(plan.Memory.Told);
        Assert.Empty(GroupPlan.Of(s_subscription, plan.Memory, [Over("a")], s_now.AddHours(9)).Send);
    }

    [Fact]
    public void Of_StillFiring_IsRepeatedUnlessAcknowledged()
    {
        var memory = Told(s_now, "a", "b");
        var acknowledged = Firing("b") with { Acknowledged = new Acknowledgement("somebody", s_now, null) };
        Assert.Empty(GroupPlan.Of(s_subscription, memory, [Firing("a"), acknowledged], s_now.AddHours(3)).Send);
        Assert.Equal(["a"], GroupPlan.Of(s_subscription, memory, [Firing("a"), acknowledged], s_now.AddHours(4)).Send.Select(a => a.Id));
    }

    [Fact]
    public void Of_Silenced_IsToldWhenTheSilenceEnds()
    {
        var silenced = Firing("a") with { SilencedBy = ["s"] };
        var quiet = GroupPlan.Of(s_subscription with { GroupWait = TimeSpan.Zero }, GroupMemory.Empty, [silenced], s_now);
        Assert.Empty(quiet.Send);
        Assert.Single(GroupPlan.Of(s_subscription with { GroupWait = TimeSpan.Zero }, quiet.Memory, [Firing("a")], s_now.AddHours(1)).Send);
    }

    [Fact]
    public void Of_OverBeforeTheWaitEnded_IsNeverTold()
    {
        var first = GroupPlan.Of(s_subscription, GroupMemory.Empty, [Firing("a")], s_now);
        var second = GroupPlan.Of(s_subscription, first.Memory, [], s_now.AddSeconds(20));
        Assert.Empty(second.Send);
        Assert.Null(second.Memory.WaitingSince);
    }

    private static GroupMemory Told(DateTimeOffset at, params string[] ids) => new(ids.ToHashSet(), null, at);

    private static Alert Over(string id) => Firing(id) with { State = AlertState.Resolved, ResolvedAt = s_now };

    private static Alert Firing(string id) => new()
    {
        Id = id,
        Fingerprint = default,
        RuleId = "r",
        Name = "rule",
        State = AlertState.Firing,
        Severity = Severity.Warning,
        Labels = LabelSet.Empty,
        Annotations = new Dictionary<string, string>(),
    };
}
