using System.Diagnostics;
using Xunit;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>The agent as a process against a server that comes and goes.</summary>
public sealed class AgentProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent").FullName;

    [Fact]
    public async Task Agent_HealthyServer_SendsEveryTickAndLeavesTheDiskAlone()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using var agent = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.2");
        await receiver.UntilAsync(server => server.Of("system.uptime").Count >= 10);
        Assert.Empty(Directory.GetFiles(_folder, "*.otlp"));
        Assert.Equal(0, await agent.TerminateAsync());

        Assert.All(receiver.Requests, request => Assert.Equal("application/x-protobuf gzip Bearer pp_test_key -> 200", request));
        Assert.All(receiver.Points, point => Assert.Equal("web-1", point.Resource["host.name"]));
        Assert.DoesNotContain(receiver.Points, point => point.Resource.Keys.Any(key => key.StartsWith("service.", StringComparison.Ordinal)));
        var series = receiver.Points.Select(point => point.Series).ToHashSet();
        foreach (var expected in (string[])
            ["system.cpu.utilization{}", "system.cpu.utilization{cpu.mode=user}", "system.cpu.utilization{cpu.logical_number=0}", "system.cpu.time{cpu.logical_number=0,cpu.mode=idle}",
                "system.memory.utilization{}", "system.memory.usage{system.memory.state=used}", "system.cpu.load_average.1m{}", "system.process.count{process.state=running}", "perfplatform.agent.points.delivered{}"])
            Assert.Contains(expected, series);
        Assert.InRange(series.Count, 60, 2000);
    }

    [Fact]
    public async Task Agent_ServerAwayAndBack_DeliversEveryTickInOrder()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using var agent = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.1");
        await receiver.UntilAsync(server => server.Of("system.uptime").Count >= 3);
        await receiver.StopAsync();
        await UntilBufferedAsync(30_000);
        await receiver.StartAsync();
        await receiver.UntilAsync(_ => Directory.GetFiles(_folder, "*.otlp").Length == 0);
        var caughtUp = receiver.Of("system.uptime").Count;
        await receiver.UntilAsync(server => server.Of("system.uptime").Count >= caughtUp + 5);
        Assert.Equal(0, await agent.TerminateAsync());
        AssertWholeAndInOrder(receiver);
    }

    [Fact]
    public async Task Agent_RefusesWith503ThenRestarts_DeliversWhatTheFirstLeft()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        receiver.Status = 503;
        await using (var first = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.1"))
        {
            await UntilBufferedAsync(20_000);
            Assert.Equal(0, await first.TerminateAsync());
        }

        Assert.Empty(receiver.Points);
        receiver.Status = 200;
        await using var second = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.1");
        await receiver.UntilAsync(_ => Directory.GetFiles(_folder, "*.otlp").Length == 0);
        Assert.Equal(0, await second.TerminateAsync());
        var times = Ticks(receiver);
        Assert.Equal(times.Order(), times);
        Assert.Contains("points of an earlier run wait on disk", await second.LogAsync());
    }

    [Fact]
    public async Task Agent_KilledWhileServerAway_LosesNothingThatWasBuffered()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        receiver.Status = 503;
        await using (var first = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.1"))
        {
            await UntilBufferedAsync(20_000);
            await first.KillAsync();
        }

        var buffered = Directory.GetFiles(_folder, "*.otlp").Sum(file => new FileInfo(file).Length);
        receiver.Status = 200;
        await using var second = AgentUnderTest.Start(_folder, receiver.Endpoint, "--interval", "0.1");
        await receiver.UntilAsync(_ => Directory.GetFiles(_folder, "*.otlp").Length == 0);
        Assert.Equal(0, await second.TerminateAsync());
        var times = Ticks(receiver);
        Assert.Equal(times.Order(), times);
        // A tick takes 1 to 4 kB on disk.
        Assert.True(times.Count >= buffered / 4000, $"{times.Count} ticks of {buffered} bytes");
    }

    [Fact]
    public async Task Agent_WithoutServerAtTermination_KeepsTheLastTicksOnDisk()
    {
        await using var agent = AgentUnderTest.Start(_folder, "http://127.0.0.1:9", "--interval", "0.1");
        await UntilBufferedAsync(5_000);
        Assert.Equal(0, await agent.TerminateAsync());
        Assert.NotEmpty(Directory.GetFiles(_folder, "*.otlp"));
        var lines = (await agent.LogAsync()).TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn): agent: \S", line));
        Assert.EndsWith("stopped", lines[^1]);
    }

    [Fact]
    public async Task Agent_ParentGone_Exits()
    {
        await using var agent = AgentUnderTest.Start(_folder, "http://127.0.0.1:9", "--exit-with-parent");
        await UntilBufferedAsync(100);
        Assert.False(agent.HasExited);
        agent.CloseInput();
        Assert.Equal(0, await agent.ExitAsync());
    }

    [Fact]
    public async Task Agent_WrongSetting_SaysSoInOneLine()
    {
        await using var agent = AgentUnderTest.Start(_folder, "http://127.0.0.1:9", "--interval", "0.01");
        Assert.Equal(2, await agent.ExitAsync());
        Assert.Equal("agent: --interval: '0.01' is not a number of seconds from 0.1 to 60.", (await agent.LogAsync()).TrimEnd());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static List<ulong> Ticks(OtlpReceiver receiver) => [.. receiver.Of("system.uptime").Select(point => point.TimeNanos)];

    // Uptime is told at each tick: no tick is missing when no two are further apart than the ticks that the agent says it skipped.
    private static void AssertWholeAndInOrder(OtlpReceiver receiver)
    {
        var times = Ticks(receiver);
        Assert.Equal(times.Order().Distinct(), times);
        var skipped = receiver.Of("perfplatform.agent.ticks.skipped").ToDictionary(point => point.TimeNanos, point => point.Value);
        var (first, last) = (times[0], times[^1]);
        var expected = (int)Math.Round((last - first) / 1e8) + 1 - (int)(skipped[last] - skipped[first]);
        Assert.InRange(times.Count, expected - 1, expected + 1);
        Assert.Equal(0, receiver.Of("perfplatform.agent.points.dropped")[^1].Value);
        // Each tick is whole: as many points of the memory as ticks.
        Assert.Equal(times.Count, receiver.Of("system.memory.utilization").Count);
    }

    private async Task UntilBufferedAsync(long bytes)
    {
        var start = Stopwatch.GetTimestamp();
        while (Directory.GetFiles(_folder, "*.otlp").Sum(file => new FileInfo(file).Length) < bytes)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"{bytes} bytes were not buffered in 30 s");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
