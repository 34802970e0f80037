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
        var first = Plan(s_subscription, GroupMemory.Empty, [Firing("a")], s_now);
        Assert.Empty(first.Send);
        Assert.Equal(s_now.AddSeconds(10), first.Due);
        var second = Plan(s_subscription, first.Memory, [Firing("a"), Firing("b")], s_now.AddSeconds(10));
        Assert.Equal(["a", "b"], second.Send.Select(a => a.Id));
        Assert.Empty(Plan(s_subscription, second.Memory, [Firing("a"), Firing("b")], s_now.AddSeconds(11)).Send);
    }

    [Fact]
    public void Of_AnotherAlertOfAGroupThatWasTold_KeepsTheInterval()
    {
        var memory = Told(s_now, "a");
        Assert.Empty(Plan(s_subscription, memory, [Firing("a"), Firing("b")], s_now.AddMinutes(1)).Send);
        Assert.Equal(["a", "b"], Plan(s_subscription, memory, [Firing("a"), Firing("b")], s_now.AddMinutes(5)).Send.Select(a => a.Id));
    }

    [Fact]
    public void Of_AllOver_IsToldAtOnceAndOnce()
    {
        var plan = Plan(s_subscription, Told(s_now, "a"), [Over("a")], s_now.AddSeconds(1));
        Assert.Equal(["a"], plan.Send.Select(a => a.Id));
        Assert.Empty(plan.Memory.Told);
        Assert.Empty(Plan(s_subscription, plan.Memory, [Over("a")], s_now.AddHours(9)).Send);
    }

    [Fact]
    public void Of_StillFiring_IsRepeatedUnlessAcknowledged()
    {
        var memory = Told(s_now, "a", "b");
        var acknowledged = Firing("b") with { Acknowledged = new Acknowledgement("somebody", s_now, null) };
        Assert.Empty(Plan(s_subscription, memory, [Firing("a"), acknowledged], s_now.AddHours(3)).Send);
        Assert.Equal(["a"], Plan(s_subscription, memory, [Firing("a"), acknowledged], s_now.AddHours(4)).Send.Select(a => a.Id));
    }

    [Fact]
    public void Of_Silenced_IsToldWhenTheSilenceEnds()
    {
        var silenced = Firing("a") with { SilencedBy = ["s"] };
        var quiet = Plan(s_subscription with { GroupWait = TimeSpan.Zero }, GroupMemory.Empty, [silenced], s_now);
        Assert.Empty(quiet.Send);
        Assert.Single(Plan(s_subscription with { GroupWait = TimeSpan.Zero }, quiet.Memory, [Firing("a")], s_now.AddHours(1)).Send);
    }

    [Fact]
    public void Of_OverBeforeTheWaitEnded_IsNeverTold()
    {
        var first = Plan(s_subscription, GroupMemory.Empty, [Firing("a")], s_now);
        var second = Plan(s_subscription, first.Memory, [], s_now.AddSeconds(20));
        Assert.Empty(second.Send);
        Assert.Null(second.Memory.WaitingSince);
    }

    [Fact]
    public void Of_ComesBackWithinTheInterval_WaitsForItsEnd()
    {
        // What a group waits before its first message would hide that it was forgotten.
        var subscription = s_subscription with { GroupWait = TimeSpan.Zero };
        var memory = Told(s_now, "a");
        var messages = 1;
        // Ten times over and back within ten seconds.
        for (var i = 0; i < 10; i++)
        {
            foreach (var alert in new[] { Over(i == 0 ? "a" : $"a{i}"), Firing($"a{i + 1}") })
            {
                var plan = Plan(subscription, memory, [alert], s_now.AddSeconds(i));
                if (plan.Send.Count > 0) messages++;
                memory = plan.Memory;
            }
        }

        // It fires, and once that it is over.
        Assert.Equal(2, messages);
        var later = Plan(subscription, memory, [Firing("a10")], s_now.AddMinutes(5));
        Assert.Equal(["a10"], later.Send.Select(a => a.Id));
    }

    [Fact]
    public void Of_LongAfterAllIsOver_NothingIsRemembered()
    {
        var over = Plan(s_subscription, Told(s_now, "a"), [Over("a")], s_now.AddSeconds(1));
        Assert.Equal(s_now.AddSeconds(1).AddMinutes(5), over.Due);
        Assert.NotNull(Plan(s_subscription, over.Memory, [], s_now.AddMinutes(5)).Memory.SentAt);
        Assert.Equal(GroupMemory.Empty, Plan(s_subscription, over.Memory, [], s_now.AddMinutes(6)).Memory);
    }

    [Fact]
    public void Of_NoLongerWanted_IsToldThatItIsOverAndNothingElse()
    {
        var memory = Told(s_now, "a");
        var quiet = GroupPlan.Of(s_subscription, memory, [Firing("a"), Firing("b")], _ => false, s_now.AddHours(5));
        Assert.Empty(quiet.Send);
        Assert.Contains("a", quiet.Memory.Told);
        var over = GroupPlan.Of(s_subscription, quiet.Memory, [Over("a")], _ => false, s_now.AddHours(6));
        Assert.Equal(["a"], over.Send.Select(a => a.Id));
    }

    private static GroupPlan Plan(WebhookSubscription subscription, GroupMemory memory, IReadOnlyList<Alert> alerts, DateTimeOffset now) =>
        GroupPlan.Of(subscription, memory, alerts, _ => true, now);

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
