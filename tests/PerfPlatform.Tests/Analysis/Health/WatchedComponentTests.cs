using PerfPlatform.Analysis.Health;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;
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
        var component = new WatchedComponent("db", Every10Seconds, [], Start);
        for (var i = 0; i <= 6; i++) component.Take(Result(Healthy), Start.AddSeconds(10 * i));

        Assert.Equal([new StatusSpan(Healthy, Start, Start.AddSeconds(60))], component.Spans);
    }

    [Fact]
    public void Take_FailureConfirmed_BeginsSpansWithoutAGap()
    {
        var component = new WatchedComponent("db", Every10Seconds, [], Start);
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
        var component = new WatchedComponent("db", Every10Seconds, [], Start);
        component.Take(Result(Healthy), Start);
        component.Take(Result(Healthy), Start.AddHours(1));

        Assert.Equal(2, component.Spans.Count);
    }

    [Fact]
    public void New_HistoryOfAMomentAgo_GoesOnWithItsStatus()
    {
        var component = new WatchedComponent("db", Every10Seconds, [new StatusSpan(Unhealthy, Start.AddHours(-1), Start.AddSeconds(-5))], Start);

        Assert.Equal(Unhealthy, component.Status);
        Assert.Equal(Start.AddHours(-1), component.ToComponent(null, Start).Since);
        Assert.Equal((Unhealthy, Unhealthy), component.Take(Result(Healthy), Start));
        Assert.Equal((Unhealthy, Healthy), component.Take(Result(Healthy), Start.AddSeconds(10)));
    }

    [Fact]
    public void Unwritten_AfterWritten_IsWhatChangedOnly()
    {
        var component = new WatchedComponent("db", Every10Seconds, [], Start);
        component.Take(Result(Healthy), Start);
        component.Take(Result(Unhealthy), Start.AddSeconds(10));
        component.Written(Start.AddSeconds(10));
        component.Take(Result(Unhealthy), Start.AddSeconds(20));

        Assert.Equal([Degraded, Unhealthy], component.Unwritten().Select(s => s.Status));
    }

    [Fact]
    public void Take_FlappingForDays_KeepsABoundedHistory()
    {
        var component = new WatchedComponent("db", Every10Seconds, [], Start);
        for (var i = 0; i < 5000; i++) component.Take(Result(i % 4 < 2 ? Healthy : Unhealthy), Start.AddSeconds(10 * i));

        Assert.InRange(component.Spans.Count, 2, WatchedComponent.MostSpans);
    }

    private static ProbeResult Result(ComponentStatus status) => new(status, TimeSpan.FromMilliseconds(1), status == Healthy ? null : "No connection.");
}
