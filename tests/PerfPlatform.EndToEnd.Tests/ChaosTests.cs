using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>Two minutes of what <c>./bench.sh chaos</c> does, in a topology of its own with two of each service.</summary>
public sealed class ChaosTests
{
    // Of which two minutes are faults; a busy machine takes its time to start, to find the last sample and to stop.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(7);

    [Fact]
    public async Task TwoMinutesOfFaults_LoseNothingAndTellEachAlertOnce()
    {
        await using var chaos = new ServiceProcess("tests/PerfPlatform.Benchmarks", new Dictionary<string, string>(), "chaos", "--seed", "107", "--minutes", "2", "--rate", "400");
        chaos.Start();
        var code = await chaos.EndedAsync(Limit);
        Assert.True(code == 0, chaos.Output);
        Assert.Matches(@"^chaos seed 107: acknowledged ([1-9]\d*) found \1, alerts ([1-9]\d*) told once \2, all healthy$", chaos.Output.Split('\n')[^1]);
    }
}
