using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Analysis.Health;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Health;

public sealed class ProbeTests
{
    [Theory]
    [InlineData("http://web-1:8080/health", null)]
    [InlineData("file:///etc/passwd", "'url' must begin with http:// or https://.")]
    [InlineData("gopher://x/", "'url' must begin with http:// or https://.")]
    [InlineData("http://user:secret@x/", "'url' must not hold a user name or password.")]
    [InlineData("/health", "'url' must be absolute, for example http://web-1:8080/health.")]
    public void HttpProbe_Url_IsChecked(string url, string? expected)
    {
        // A path alone is an absolute file name on Unix unless it is told to be relative.
        var address = new Uri(url, url.StartsWith('/') ? UriKind.Relative : UriKind.Absolute);
        Assert.Equal(expected, new HttpProbe(null!, TimeProvider.System).Validate(new Probe { Kind = ProbeKind.Http, Url = address }));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("::ffff:a9fe:a9fe")]
    public async Task TcpProbe_AddressOfAMetadataService_IsNotConnectedTo(string host)
    {
        var probe = new TcpProbe(new OutboundConnection(Options.Create(new OutboundOptions())), TimeProvider.System);
        var definition = new ComponentDefinition { Probe = new Probe { Kind = ProbeKind.Tcp, Host = host, Port = 80 } };
        var result = await probe.CheckAsync(definition, default, TestContext.Current.CancellationToken);
        Assert.Equal("No connection: AccessDenied.", result.Error);
    }

    [Fact]
    public async Task HeartbeatProbe_DeadlinePassed_FailsForCertain()
    {
        var clock = new FakeTimeProvider();
        var probe = new HeartbeatProbe(clock);
        var definition = new ComponentDefinition { Probe = new Probe { Kind = ProbeKind.Heartbeat }, Interval = TimeSpan.FromSeconds(30) };
        var beat = new Heartbeat(clock.GetUtcNow(), clock.GetUtcNow().AddSeconds(35));

        clock.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(ComponentStatus.Healthy, (await probe.CheckAsync(definition, beat, TestContext.Current.CancellationToken)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        var late = await probe.CheckAsync(definition, beat, TestContext.Current.CancellationToken);
        Assert.Equal((ComponentStatus.Unhealthy, true, "No heartbeat for 36 s; one is due every 30s."), (late.Status, late.IsCertain, late.Error));
    }

    [Theory]
    [InlineData(0.4, ComponentStatus.Healthy)]
    [InlineData(1.0, ComponentStatus.Healthy)]
    [InlineData(1.2, ComponentStatus.Degraded)]
    public void Answered_SlowerThanHalfTheTimeout_IsDegraded(double seconds, ComponentStatus expected) =>
        Assert.Equal(expected, ProbeResult.Answered(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(2)).Status);

    [Theory]
    [InlineData("web-1", "10s", "2s", "db", null)]
    [InlineData("", "10s", "2s", "db", "A component's name is")]
    [InlineData("../etc", "10s", "2s", "db", "A component's name is")]
    [InlineData("web-1", "500ms", "100ms", "db", "'interval'")]
    [InlineData("web-1", "2h", "2s", "db", null)] // a heartbeat
    [InlineData("web-1", "31d", "2s", "db", null)]
    [InlineData("web-1", "32d", "2s", "db", "'interval' is from 1s to 31d.")]
    [InlineData("web-1", "10s", "11s", "db", "'timeout'")]
    [InlineData("web-1", "10s", "2s", "web-1", "A component cannot depend on itself")]
    [InlineData("web-1", "10s", "2s", "a b", "'a b' in 'dependsOn'")]
    public void Rules_Definition_SayWhatToChange(string name, string interval, string timeout, string dependsOn, string? expected)
    {
        var wrong = ComponentDefinitionRules.Check(name, new ComponentDefinition
        {
            Probe = new Probe { Kind = ProbeKind.Heartbeat },
            Interval = PerfPlatform.Contracts.Queries.DurationText.Parse(interval),
            Timeout = PerfPlatform.Contracts.Queries.DurationText.Parse(timeout),
            DependsOn = [dependsOn],
        });

        if (expected is null) Assert.Null(wrong);
        else Assert.StartsWith(expected, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProbeKind.Tcp, "2h", null, "'interval' is from 1s to 1h, for heartbeats to 31d.")]
    [InlineData(ProbeKind.Tcp, "1h", "1m", "'grace' is for heartbeats: leave it out.")]
    [InlineData(ProbeKind.Heartbeat, "1h", "32d", "'grace' is from 0s to 31d.")]
    [InlineData(ProbeKind.Heartbeat, "1h", "1d", null)]
    public void Rules_IntervalAndGrace_DependOnTheProbe(ProbeKind kind, string interval, string? grace, string? expected) => Assert.Equal(expected, ComponentDefinitionRules.Check("x", new ComponentDefinition
    {
        Probe = new Probe { Kind = kind },
        Interval = PerfPlatform.Contracts.Queries.DurationText.Parse(interval),
        Grace = grace is null ? null : PerfPlatform.Contracts.Queries.DurationText.Parse(grace),
    }));
}
