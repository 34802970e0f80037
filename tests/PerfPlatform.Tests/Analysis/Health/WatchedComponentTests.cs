using PerfPlatform.Analysis.Health;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;
using Xunit;
using static PerfPlatform.Contracts.Health.ComponentStatus;

namespace PerfPlatform.Tests.Analysis.Health;

public sealed class WatchedComponentTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ComponentDefinition Every10Seconds = new() { Probe = new Probe { Kind = ProbeKind.Tcp, Host = "db", Port = 5432 } };

    [Fact]
    public void Take_SameStatus_GrowsOneSpan()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start);
        for (var i = 0; i <= 6; i++) component.Take(Result(Healthy), Start.AddSeconds(10 * i));

        Assert.Equal([new StatusSpan(Healthy, Start, Start.AddSeconds(60))], component.Spans);
    }

    [Fact]
    public void Take_FailureConfirmed_BeginsSpansWithoutAGap()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start);
        ComponentStatus[] results = [Healthy, Unhealthy, Unhealthy, Unhealthy];
        for (var i = 0; i < results.Length; i++) component.Take(Result(results[i]), Start.AddSeconds(10 * i));

        Assert.Equal(
            [
                new StatusSpan(Healthy, Start, Start.AddSeconds(10)), new StatusSpan(Degraded, Start.AddSeconds(10), Start.AddSeconds(20)),
                new StatusSpan(Unhealthy, Start.AddSeconds(20), Start.AddSeconds(30)),
            ],
            component.Spans);
        Assert.Equal(2.0 / 3, component.ToComponent(null, Start.AddSeconds(30)).Uptime24h!.Value, 9);
    }

    [Fact]
    public void Take_AfterALongPause_DoesNotVouchForIt()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start);
        component.Take(Result(Healthy), Start);
        component.Take(Result(Healthy), Start.AddHours(1));

        Assert.Equal(2, component.Spans.Count);
    }

    [Fact]
    public void New_HistoryOfAMomentAgo_GoesOnWithItsStatus()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start.AddDays(-1), null, [new StatusSpan(Unhealthy, Start.AddHours(-1), Start.AddSeconds(-5))], Start);

        Assert.Equal(Unhealthy, component.Status);
        Assert.Equal(Start.AddHours(-1), component.ToComponent(null, Start).Since);
        Assert.Equal((Unhealthy, Unhealthy), component.Take(Result(Healthy), Start));
        Assert.Equal((Unhealthy, Healthy), component.Take(Result(Healthy), Start.AddSeconds(10)));
    }

    [Fact]
    public void Restart_AfterALongPause_KeepsStatusAndSince()
    {
        StatusSpan[] history = [new(Healthy, Start.AddDays(-3), Start.AddDays(-2)), new(Unhealthy, Start.AddDays(-2), Start.AddDays(-1)), new(Unhealthy, Start.AddHours(-9), Start.AddHours(-8))];
        var component = new WatchedComponent("db", Every10Seconds, Start.AddDays(-9), null, history, Start);

        Assert.Equal((Unhealthy, Unhealthy), component.Take(Result(Unhealthy), Start));
        Assert.Equal((Unhealthy, Start.AddDays(-2)), (component.Status, component.ToComponent(null, Start).Since));
    }

    [Theory]
    [InlineData("10s", null, "2s", 12)] // the timeout at least
    [InlineData("1m", null, "2s", 66)] // a tenth
    [InlineData("31d", null, "2s", (31 * 86_400) + 3600)] // an hour at most
    [InlineData("1d", "0s", "2s", 86_400)]
    [InlineData("1m", "1h", "2s", 3660)]
    public void Heartbeat_Deadline_IsIntervalAndGrace(string interval, string? grace, string timeout, int seconds)
    {
        var component = new WatchedComponent("backup", Heartbeat(interval, grace, timeout), Start);
        component.Beat(Start.AddSeconds(10));

        Assert.Equal(Start.AddSeconds(10 + seconds), component.Heartbeat.Deadline);
    }

    [Fact]
    public void Heartbeat_DeadlineBeforeTheNextLook_IsLookedAtThen()
    {
        var component = new WatchedComponent("worker", Heartbeat("30s", "3s"), Start);

        Assert.Equal(Start.AddSeconds(30), component.NextCheck(Start.AddSeconds(20), 1));
        Assert.Equal(Start.AddSeconds(33).AddMilliseconds(1), component.NextCheck(Start.AddSeconds(30), 1));
        Assert.Equal(Start.AddSeconds(50), component.NextCheck(Start.AddSeconds(40), 1));
    }

    [Fact]
    public void Heartbeat_DeadBeforeARestart_IsDeadAfterIt()
    {
        var component = Restarted(Unhealthy);

        Assert.True(component.Heartbeat.Deadline < Start);
        Assert.Equal(Start.AddHours(-3), component.Heartbeat.Last);
    }

    [Fact]
    public void Heartbeat_DueWhileNobodyListened_MayStillCome() =>
        Assert.Equal(Start.AddMinutes(5 + 6), Restarted(Healthy).Heartbeat.Deadline); // a tenth of the interval after the time to come again

    [Fact]
    public void IsSameProbe_OtherIntervalOrOrder_KeepsWhatIsKnown()
    {
        var probe = new Probe { Kind = ProbeKind.Metric, Metric = "queue.size", Match = ["a=b"], Condition = ">", Threshold = 1 };
        var component = new WatchedComponent("queue", new ComponentDefinition { Probe = probe }, Start);

        Assert.True(component.IsSameProbe(probe with { Match = new List<string> { "a=b" } }));
        Assert.False(component.IsSameProbe(probe with { Match = ["a=c"] }));
        Assert.False(component.IsSameProbe(probe with { Threshold = 2 }));
    }

    [Fact]
    public void UnwrittenHeartbeat_UntilItIsWritten_IsTheLast()
    {
        var component = new WatchedComponent("worker", Heartbeat("30s", null), Start);
        Assert.Null(component.UnwrittenHeartbeat());
        component.Beat(Start.AddSeconds(1));
        component.Beat(Start.AddSeconds(2));
        component.WrittenHeartbeat(Start.AddSeconds(1));

        Assert.Equal(Start.AddSeconds(2), component.UnwrittenHeartbeat());
        component.WrittenHeartbeat(Start.AddSeconds(2));
        Assert.Null(component.UnwrittenHeartbeat());
    }

    [Fact]
    public void Unwritten_AfterWritten_IsWhatChangedOnly()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start);
        component.Take(Result(Healthy), Start);
        component.Take(Result(Unhealthy), Start.AddSeconds(10));
        component.Written(Start.AddSeconds(10));
        component.Take(Result(Unhealthy), Start.AddSeconds(20));

        Assert.Equal([Degraded, Unhealthy], component.Unwritten().Select(s => s.Status));
    }

    [Fact]
    public void Take_FlappingForDays_KeepsABoundedHistory()
    {
        var component = new WatchedComponent("db", Every10Seconds, Start);
        for (var i = 0; i < 5000; i++) component.Take(Result(i % 4 < 2 ? Healthy : Unhealthy), Start.AddSeconds(10 * i));

        Assert.InRange(component.Spans.Count, 2, WatchedComponent.MostSpans);
    }

    // Every hour, the last three hours ago.
    private static WatchedComponent Restarted(ComponentStatus status) =>
        new("backup", Heartbeat("1h", null), Start.AddDays(-9), Start.AddHours(-3), [new StatusSpan(status, Start.AddHours(-2), Start.AddHours(-1))], Start);

    private static ComponentDefinition Heartbeat(string interval, string? grace, string timeout = "2s") => new()
    {
        Probe = new Probe { Kind = ProbeKind.Heartbeat },
        Interval = DurationText.Parse(interval),
        Grace = grace is null ? null : DurationText.Parse(grace),
        Timeout = DurationText.Parse(timeout),
    };

    private static ProbeResult Result(ComponentStatus status) => new(status, TimeSpan.FromMilliseconds(1), status == Healthy ? null : "No connection.");
}
