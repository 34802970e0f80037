using BenchmarkDotNet.Running;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Store;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args.FirstOrDefault())
    {
        case "ingest":
            await IngestBenchmark.RunAsync(IngestSettings.From(args[1..]), stop.Token);
            return 0;
        case "micro":
            BenchmarkSwitcher.FromAssembly(typeof(SegmentCodecBenchmarks).Assembly).Run(args[1..]);
            return 0;
        default:
            await Console.Error.WriteLineAsync($"usage: micro [--filter NAME], or ingest {IngestSettings.Usage}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidOperationException or FormatException or HttpRequestException or TimeoutException)
{
    await Console.Error.WriteLineAsync("bench: " + e.Message);
    return 1;
}
