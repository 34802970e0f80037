using System.Net;
using System.Net.Sockets;
using PerfPlatform.Tests.Agent.Otlp;
using Xunit;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>What the agent sends against what the test reads from the kernel itself over the same time, with load on the machine: within 1 %.</summary>
public sealed class AccuracyTests(ITestOutputHelper output) : IDisposable
{
    private const double Tolerance = 0.01;
    private const int Seconds = 12;
    // Below this growth a packet or a page at the edge of the time is more than a percent.
    private const double Little = 1e6;
    private const double EdgeBytes = 20_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("accuracy").FullName;

    [Fact]
    public async Task Agent_UnderLoad_AgreesWithTheKernelWithinOnePercent()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        var readings = new KernelReadings();
        using var stop = new CancellationTokenSource();
        var reading = Task.Factory.StartNew(() => readings.ReadAsync(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        var load = Task.WhenAll(BurnAsync(stop.Token), WriteAsync(stop.Token), TransmitAsync(stop.Token));
        await using (var agent = AgentUnderTest.Start(_folder, receiver.Endpoint))
        {
            await receiver.UntilAsync(server => server.Of("system.memory.utilization").Count > Seconds, 3 * Seconds);
            await agent.TerminateAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(reading, load);

        CheckCpu(receiver, readings);
        CheckMemory(receiver, readings);
        CheckCounters(receiver, readings, "system.disk.io", point => $"disk.{point.Attributes["system.device"]}.{point.Attributes["disk.io.direction"]}", 20e6);
        CheckCounters(receiver, readings, "system.network.io", point => $"net.{point.Attributes["network.interface.name"]}.{point.Attributes["network.io.direction"]}", HasRoute ? Little : 0);
    }

    // A line of /proc/net/route whose destination is 00000000 is the way to everywhere. Without one the network cannot be loaded from here.
    private static bool HasRoute => File.ReadAllLines("/proc/net/route").Any(line => line.Split('\t') is [_, "00000000", ..]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void CheckCpu(OtlpReceiver receiver, KernelReadings readings)
    {
        // A gauge covers the time from the tick before to its own; weighted with the ticks that the kernel accounted, it adds up to the busy ticks.
        foreach (var (series, core) in (ReadOnlySpan<(string, string)>)[("system.cpu.utilization{}", "cpu"), ("system.cpu.utilization{cpu.logical_number=0}", "cpu0")])
        {
            var points = Covered(receiver, readings, point => point.Series == series);
            double told = 0;
            for (var i = 1; i < points.Count; i++)
                told += points[i].Value * (readings.At(core + ".all", Time(points[i])) - readings.At(core + ".all", Time(points[i - 1])));
            Compare(series, told, Growth(readings, core + ".busy", points));
        }

        foreach (var mode in (string[])["user", "system"])
        {
            var cores = Covered(receiver, readings, point => point.Metric == "system.cpu.time" && point.Attributes["cpu.mode"] == mode)
                .GroupBy(point => point.Attributes["cpu.logical_number"]);
            foreach (var points in cores.Select(group => group.ToList()))
            {
                var name = $"cpu{points[0].Attributes["cpu.logical_number"]}.{mode}";
                Compare(points[0].Series, (points[^1].Value - points[0].Value) * 100, Growth(readings, name, points), slack: 2);
            }
        }
    }

    private void CheckMemory(OtlpReceiver receiver, KernelReadings readings)
    {
        var points = Covered(receiver, readings, point => point.Series == "system.memory.utilization{}");
        Compare("system.memory.utilization{}", points.Average(point => point.Value), points.Average(point => 1 - readings.At("memory.available", Time(point)) / readings.At("memory.total", Time(point))));
        var free = Covered(receiver, readings, point => point.Series == "system.memory.usage{system.memory.state=free}");
        Compare(free[0].Series, free.Average(point => point.Value), free.Average(point => readings.At("memory.free", Time(point))));
    }

    private void CheckCounters(OtlpReceiver receiver, KernelReadings readings, string metric, Func<DecodedPoint, string> name, double atLeast)
    {
        var series = Covered(receiver, readings, point => point.Metric == metric).GroupBy(point => point.Series).Select(group => group.ToList()).ToList();
        Assert.NotEmpty(series);
        var most = 0.0;
        foreach (var points in series)
        {
            var kernel = Growth(readings, name(points[0]), points);
            most = Math.Max(most, kernel);
            Compare(points[0].Series, points[^1].Value - points[0].Value, kernel, kernel < Little ? EdgeBytes : 0);
            // The counter itself, since the boot.
            Compare(points[0].Series + " since boot", points[^1].Value, readings.At(name(points[0]), Time(points[^1])), EdgeBytes);
        }

        Assert.True(most >= atLeast, $"{metric} grew by {most:0} only: the load was not there");
    }

    private void Compare(string what, double told, double kernel, double slack = 0)
    {
        output.WriteLine($"{what}: told {told:G9}, kernel {kernel:G9}, {(kernel == 0 ? 0 : (told - kernel) / kernel):P3}");
        Assert.True(Math.Abs(told - kernel) <= Tolerance * Math.Abs(kernel) + slack, $"{what}: told {told}, the kernel says {kernel}");
    }

    private static List<DecodedPoint> Covered(OtlpReceiver receiver, KernelReadings readings, Func<DecodedPoint, bool> which) =>
        [.. receiver.Points.Where(point => which(point) && readings.Covers(Time(point))).OrderBy(point => point.TimeNanos)];

    private static double Growth(KernelReadings readings, string name, List<DecodedPoint> points) => readings.At(name, Time(points[^1])) - readings.At(name, Time(points[0]));

    private static double Time(DecodedPoint point) => point.TimeNanos / 1e9;

    // A third of a core.
    private static Task BurnAsync(CancellationToken stop) => Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            SpinWait.SpinUntil(static () => false, TimeSpan.FromMilliseconds(10));
            await Task.Delay(20, CancellationToken.None);
        }
    }, CancellationToken.None);

    // Some megabytes a second that reach the disk.
    private async Task WriteAsync(CancellationToken stop)
    {
        var block = new byte[1024 * 1024];
        Random.Shared.NextBytes(block);
        await using var file = new FileStream(Path.Combine(_folder, "load"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.WriteThrough);
        while (!stop.IsCancellationRequested)
        {
            file.Position = file.Position > 64L * 1024 * 1024 ? 0 : file.Position;
            await file.WriteAsync(block, CancellationToken.None);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    // Packets to TEST-NET-2 (RFC 5737), where nobody is; what a router answers is not for a socket that is not connected.
    private static async Task TransmitAsync(CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var nobody = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 9);
        var packet = new byte[1200];
        while (HasRoute && !stop.IsCancellationRequested)
        {
            for (var i = 0; i < 5; i++)
                await socket.SendToAsync(packet, nobody, CancellationToken.None);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
