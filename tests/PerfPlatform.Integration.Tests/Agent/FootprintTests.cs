using System.Globalization;
using Xunit;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>What the agent itself costs: below 60 MB resident and 1 % of a core at an interval of one second.</summary>
public sealed class FootprintTests(ITestOutputHelper output) : IDisposable
{
    private const int WarmTicks = 5;
    private const int Ticks = 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("footprint").FullName;

    [Fact]
    public async Task Agent_AtOneSecond_StaysSmall()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using var agent = AgentUnderTest.Start(_folder, receiver.Endpoint);
        await receiver.UntilAsync(server => server.Of("system.uptime").Count >= WarmTicks);
        var (before, start) = (CpuMilliseconds(agent.Id), TimeProvider.System.GetTimestamp());
        await receiver.UntilAsync(server => server.Of("system.uptime").Count >= WarmTicks + Ticks, 3 * Ticks);
        var share = (CpuMilliseconds(agent.Id) - before) / TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        var resident = File.ReadAllLines($"/proc/{agent.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var megabytes = double.Parse(resident.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
        output.WriteLine($"{share:P2} of a core, {megabytes:0.0} MB");
        Assert.InRange(share, 0, 0.01);
        Assert.InRange(megabytes, 1, 60);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // utime and stime of /proc/[pid]/stat; the name is the host's, "dotnet", and has no blanks.
    private static double CpuMilliseconds(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        return (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture)) * 10;
    }
}
