using PerfPlatform.Analysis.Health;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Health;

public sealed class ComponentStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    // One letter a check and a status: h(ealthy), d(egraded), u(nhealthy), n(ot known).
    [Theory]
    [InlineData("h", "h")]
    [InlineData("u", "u")]
    [InlineData("hu", "hd")]
    [InlineData("huu", "hdu")]
    [InlineData("huh", "hdh")]
    [InlineData("uuh", "uuu")]
    [InlineData("uuhh", "uuuh")]
    [InlineData("uudd", "uuud")]
    [InlineData("uuhuhh", "uuuuuh")]
    [InlineData("hd", "hh")]
    [InlineData("hdd", "hhd")]
    [InlineData("hddh", "hhdh")]
    [InlineData("hnn", "hhn")]
    [InlineData("hn", "hh")]
    [InlineData("hnnu", "hhnu")]
    public void After_Checks_HasInertia(string checks, string expected)
    {
        var state = ComponentState.New(Start);
        var seen = "";
        for (var i = 0; i < checks.Length; i++)
        {
            state = state.After(new ProbeResult(Status(checks[i]), null, null), Start.AddSeconds(i));
            seen += char.ToLowerInvariant(state.Status == ComponentStatus.Unknown ? 'n' : state.Status.ToString()[0]);
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public void After_CertainResult_IsTakenAtOnce()
    {
        var dead = new ProbeResult(ComponentStatus.Unhealthy, null, "No heartbeat.") { IsCertain = true };
        var alive = new ProbeResult(ComponentStatus.Healthy, null, null) { IsCertain = true };
        var state = ComponentState.New(Start).After(alive, Start).After(dead, Start.AddSeconds(1));

        Assert.Equal(ComponentStatus.Unhealthy, state.Status);
        Assert.Equal(ComponentStatus.Healthy, state.After(alive, Start.AddSeconds(2)).Status);
    }

    [Fact]
    public void After_SameStatus_KeepsSince()
    {
        var healthy = new ProbeResult(ComponentStatus.Healthy, TimeSpan.FromMilliseconds(3), null);
        var state = ComponentState.New(Start).After(healthy, Start.AddSeconds(1)).After(healthy, Start.AddSeconds(11));

        Assert.Equal(Start.AddSeconds(1), state.Since);
        Assert.Equal(Start.AddSeconds(11), state.LastChecked);
    }

    private static ComponentStatus Status(char letter) => letter switch
    {
        'h' => ComponentStatus.Healthy,
        'd' => ComponentStatus.Degraded,
        'u' => ComponentStatus.Unhealthy,
        _ => ComponentStatus.Unknown,
    };
}
