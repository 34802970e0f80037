using BenchmarkDotNet.Running;
using PerfPlatform.Benchmarks.Chaos;
using PerfPlatform.Benchmarks.Forecasts;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Query;
using PerfPlatform.Benchmarks.Series;
using PerfPlatform.Benchmarks.Soak;
using PerfPlatform.Benchmarks.Storage;
using PerfPlatform.Benchmarks.Store;
using PerfPlatform.Benchmarks.Upgrade;

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
        case "query":
            await QueryBenchmark.RunAsync(args[1..], stop.Token);
            return 0;
        case "storage":
            await StorageBenchmark.RunAsync(args[1..], stop.Token);
            return 0;
        case "series":
            await SeriesBenchmark.RunAsync(args[1..], stop.Token);
            return 0;
        case "chaos":
            return await ChaosBenchmark.RunAsync(ChaosSettings.From(args[1..]), stop.Token) ? 0 : 1;
        case "soak":
            return await SoakBenchmark.RunAsync(SoakSettings.From(args[1..]), stop.Token) ? 0 : 1;
        case "analysis":
            await ForecastBenchmark.RunAsync(args[1..], stop.Token);
            return 0;
        case "upgrade":
            return await UpgradeBenchmark.RunAsync(UpgradeSettings.Read(args[1..]), stop.Token) ? 0 : 1;
        case "micro":
            BenchmarkSwitcher.FromAssembly(typeof(SegmentCodecBenchmarks).Assembly).Run(args[1..]);
            return 0;
        default:
            await Console.Error.WriteLineAsync($"usage:\n  {IngestSettings.Usage}\n  {QueryBenchmark.Usage}\n  {StorageBenchmark.Usage}\n  {SeriesBenchmark.Usage}\n  {ChaosSettings.Usage}\n  {SoakSettings.Usage}\n  {UpgradeSettings.Usage}\n  {ForecastBenchmark.Usage}\n  micro [--filter NAME]");
            return 2;
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or FormatException or HttpRequestException or TimeoutException)
{
    await Console.Error.WriteLineAsync("bench: " + e.Message);
    return 1;
}
