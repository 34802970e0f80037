using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Storage;

/// <summary>What a sample takes on disk once everything is merged: the intake load for a whole hour, and real data of an agent where an installation is named.</summary>
internal static class StorageBenchmark
{
    public const string Usage = "storage [--servers standalone,victoria-metrics,prometheus] [--series N] [--seconds N] [--url http://host:port] [--key KEY]";

    private const long Chunk = 7_200_000;

    public static async Task RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Usage);
        var names = arguments.Names("--servers", StandaloneServer.Title, VictoriaMetricsServer.Title, PrometheusServer.Title);
        var (series, seconds) = (arguments.Number("--series", 10_000), arguments.Number("--seconds", 3600));
        // Hours that are over, so that all of it can be merged, in chunks of two hours that are over, so that their free space is given back.
        var start = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / Chunk * Chunk) - (((seconds + 7199) / 7200) * Chunk);
        var results = new List<StorageResult>();
        foreach (var name in names)
        {
            results.Add(await MeasureAsync(name, $"the intake load, {series:n0} series, {seconds:n0} s at 1 s", () =>
                [.. Enumerable.Range(0, 4).Select(i => new BoundedLoad(new SeriesLoad(i * (series / 4), series / 4, start, 1000), (long)(series / 4) * seconds))], cancellationToken));
        }

        if (arguments.Text("--url") is { } url)
        {
            Console.WriteLine($"reading what the agents of {url} sent in hours that are over");
            var recorded = await RecordedSeries.ReadAsync(new Uri(url), arguments.Text("--key") ?? "", cancellationToken);
            var title = $"agent data, {recorded.Count:n0} series, {recorded.Sum(s => (long)s.Times.Length):n0} samples";
            foreach (var name in names) results.Add(await MeasureAsync(name, title, () => [new RecordedLoad(recorded)], cancellationToken));
        }

        Console.WriteLine($"\nstorage: at rest, tables or files with their indexes and roll-ups\n\n{"",-18}{"samples",14}{"bytes",16}{"bytes/sample",14}");
        foreach (var group in results.GroupBy(r => r.Load))
        {
            Console.WriteLine(group.Key);
            foreach (var result in group) Console.WriteLine($"{result.Server,-18}{result.Samples,14:n0}{result.Bytes,16:n0}{(double)result.Bytes / result.Samples,14:n3}");
        }

        await Artifacts.WriteAsync("storage", new { At = TimeProvider.System.GetUtcNow(), Results = results }, cancellationToken);
    }

    private static async Task<StorageResult> MeasureAsync(string name, string title, Func<ISampleLoad[]> loads, CancellationToken cancellationToken)
    {
        await using var server = await BenchServer.StartAsync(name, cancellationToken, mergesAtOnce: true);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        var senders = loads().Select(load => new Sender(invoker, server, load, 2_000)).ToArray();
        await Sender.SendAllAsync(senders, TimeSpan.FromMinutes(30), cancellationToken);
        var samples = senders.Sum(s => s.Samples);
        if (senders.FirstOrDefault(s => s.LastRefusal is not null) is { } refused) Console.WriteLine($"  {refused.Refused} requests refused, for example: {refused.LastRefusal}");
        await server.SettleAsync(cancellationToken);
        Console.WriteLine($"{name}: {title}");
        return new StorageResult(title, name, samples, await server.BytesAtRestAsync(cancellationToken));
    }
}
