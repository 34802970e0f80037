using System.Globalization;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>The load on each server in turn, several rounds, each time with an empty data folder; the table shows medians.</summary>
internal static class IngestBenchmark
{
    public static async Task RunAsync(IngestSettings settings, CancellationToken cancellationToken)
    {
        var results = new List<IngestResult>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            // Another one begins each round, so that a slow minute of the machine does not always meet the same.
            foreach (var name in settings.Servers.Skip(round % settings.Servers.Count).Concat(settings.Servers.Take(round % settings.Servers.Count)))
            {
                await using var server = await BenchServer.StartAsync(name, cancellationToken);
                var result = await IngestRun.RunAsync(server, settings, cancellationToken);
                results.Add(result);
                Console.WriteLine($"round {round + 1}: {name}: {result.SamplesPerSecond:n0} samples/s, {result.CpuSecondsPerMillion:n2} CPU-s per million");
                if (result.LastRefusal is not null) Console.WriteLine($"  {result.Refused} requests refused, for example: {result.LastRefusal}");
            }
        }

        Print(settings, results);
        await Artifacts.WriteAsync("ingest", new { At = TimeProvider.System.GetUtcNow(), Settings = settings, Results = results }, cancellationToken);
    }

    private static void Print(IngestSettings settings, List<IngestResult> results)
    {
        Console.WriteLine($"""

            ingest: remote write 1.0, {settings.Series:n0} series, {settings.Batch:n0} samples a request, {settings.Connections} connections, {settings.Duration.TotalSeconds} s, medians of {settings.Rounds}

            {"",-18}{"samples/s",12}{"CPU-s/million",15}{"p50 ms",9}{"p99 ms",9}{"memory MB: first, last",25}{"acknowledged",15}{"stored",15}
            """);
        foreach (var name in settings.Servers)
        {
            var runs = results.Where(r => r.Server == name).ToList();
            Console.WriteLine(
                $"{name,-18}{Median(runs, r => r.SamplesPerSecond),12:n0}{Median(runs, r => r.CpuSecondsPerMillion),15:n2}{Median(runs, r => r.LatencyMsP50),9:n1}{Median(runs, r => r.LatencyMsP99),9:n1}"
                + $"{$"{Median(runs, r => r.MemoryBytes is [var first, ..] ? first.Values.Sum() : 0) / 1e6:n0}, {Median(runs, r => r.MemoryBytes is [.., var last] ? last.Values.Sum() : 0) / 1e6:n0}",25}{runs.Sum(r => r.Acknowledged),15:n0}{runs.Sum(r => r.Stored),15:n0}");
        }

        foreach (var name in settings.Servers)
        {
            var runs = results.Where(r => r.Server == name).ToList();
            var parts = runs[0].CpuSecondsPerMillionByProgram.Keys.Order().Select(p =>
                $"{p} {Median(runs, r => r.CpuSecondsPerMillionByProgram.GetValueOrDefault(p)):n2} CPU-s/million {Median(runs, r => r.MemoryBytesByProgram.GetValueOrDefault(p)) / 1e6:n0} MB");
            Console.WriteLine($"  {name}: {string.Join(", ", parts)}");
        }

        if (settings.Duration < TimeSpan.FromMinutes(2)) return;
        foreach (var run in results)
        {
            Console.WriteLine($"  {run.Server}: memory at each tenth, MB: {Megabytes(run.MemoryBytes.Select(m => m.Values.Sum()))}");
            foreach (var program in run.MemoryBytesByProgram.Keys.Order()) Console.WriteLine($"    {program}: {Megabytes(run.MemoryBytes.Select(m => m.GetValueOrDefault(program)))}");
        }
    }

    private static string Megabytes(IEnumerable<long> bytes) => string.Join(' ', bytes.Select(b => (b / 1_000_000).ToString(CultureInfo.InvariantCulture)));

    internal static double Median<T>(IEnumerable<T> runs, Func<T, double> of)
    {
        var values = runs.Select(of).Order().ToArray();
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[(values.Length / 2) - 1] + values[values.Length / 2]) / 2;
    }
}
