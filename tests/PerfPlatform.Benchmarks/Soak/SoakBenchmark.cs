using System.Diagnostics;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Soak;

/// <summary>The distributed form under half the load that the machine takes: whether memory, queues, connections, file handles and threads stay what they are.</summary>
internal static class SoakBenchmark
{
    private const int Series = 10_000;
    private const int Connections = 4;
    private const int MostInRequest = 2_000;
    private const int RequestsPerSecond = 20; // of all connections, at least
    private static readonly TimeSpan Distance = TimeSpan.FromSeconds(10);

    /// <summary>Returns whether everything stayed flat and every acknowledged sample was found.</summary>
    public static async Task<bool> RunAsync(SoakSettings settings, CancellationToken cancellationToken)
    {
        var wanted = settings.Rate ?? await HalfAsync(cancellationToken);
        // Whole milliseconds between two samples of a series: then their times go on exactly as fast as the clock.
        var step = (int)Math.Ceiling(Series * 1000.0 / wanted);
        var rate = Series * 1000 / step;
        await using var server = await DistributedServer.StartAsync();
        await using var probe = await SoakProbe.StartAsync(server);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections };
        using var invoker = new HttpMessageInvoker(handler);
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        const int Each = Series / Connections;
        var batch = Math.Clamp(rate / RequestsPerSecond, 1, MostInRequest);
        var senders = Enumerable.Range(0, Connections).Select(i => new Sender(invoker, server, new SeriesLoad(i * Each, Each, start, step), batch)).ToList();
        Console.WriteLine($"{rate:n0} samples/s for {settings.Duration.TotalMinutes:0} minutes");

        var read = new List<IReadOnlyDictionary<(string Name, string Unit), double>>(); // bounded by the time
        using var stop = new CancellationTokenSource();
        var sending = senders.Select(sender => Task.Run(() => PaceAsync(sender, (double)rate / Connections, stop.Token), CancellationToken.None)).ToList();
        var clock = Stopwatch.StartNew();
        try
        {
            using var timer = new PeriodicTimer(Distance);
            while (clock.Elapsed + Distance <= settings.Duration && await timer.WaitForNextTickAsync(cancellationToken)) read.Add(await probe.ReadAsync(cancellationToken));
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(sending);
        }

        var sent = senders.Sum(s => s.Samples);
        var taken = sent / clock.Elapsed.TotalSeconds;
        var stored = await IngestRun.StoredAsync(invoker, server, start, sent, cancellationToken);
        // A program that came later has no course.
        var courses = read[0].Keys.Where(key => read.All(r => r.ContainsKey(key))).OrderBy(key => key)
            .Select(key => Course.Of(key.Name, key.Unit, [.. read.Select(r => r[key])], Distance)).ToList();
        Print(courses);
        var held = courses.All(c => c.IsFlat) && stored == sent;
        await Artifacts.WriteAsync("soak", new { At = TimeProvider.System.GetUtcNow(), Settings = settings, Rate = rate, Taken = taken, Acknowledged = sent, Stored = stored, Courses = courses, Held = held }, cancellationToken);
        Console.WriteLine($"soak {settings.Duration.TotalMinutes:0} minutes at {taken:n0} samples/s: acknowledged {sent} found {stored}, {(courses.All(c => c.IsFlat) ? "all flat" : $"{courses.Count(c => !c.IsFlat)} of {courses.Count} not flat")}");
        return held;
    }

    /// <summary>Half of what a server of its own takes, at full speed.</summary>
    private static async Task<int> HalfAsync(CancellationToken cancellationToken)
    {
        await using var server = await DistributedServer.StartAsync();
        var result = await IngestRun.RunAsync(server, IngestSettings.From(["--warm-up", "30"]), cancellationToken);
        Console.WriteLine($"the machine takes {result.SamplesPerSecond:n0} samples/s");
        return (int)(result.SamplesPerSecond / 2);
    }

    // Who has fallen behind sends without a pause.
    private static async Task PaceAsync(Sender sender, double perSecond, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!cancellationToken.IsCancellationRequested && await sender.SendAsync(CancellationToken.None))
        {
            var ahead = TimeSpan.FromSeconds(sender.Samples / perSecond) - clock.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Print(IReadOnlyList<Course> courses)
    {
        Console.WriteLine($"\n{Course.Rule}\n\n{"",-26}{"start",10}{"1/4",10}{"1/2",10}{"3/4",10}{"end",10}{"an hour",12}");
        foreach (var course in courses)
            Console.WriteLine($"{course.Name,-26}{string.Concat(course.Points.Select(p => $"{p,10:n0}"))}{course.SlopePerHour,12:+#,0.0;-#,0.0;0}  {(course.IsFlat ? "flat" : "grows")}");
    }
}
