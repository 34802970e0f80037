using System.Diagnostics;
using System.Net.Http.Headers;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Query;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Series;

/// <summary>Many active series on Standalone: the memory of all processes, and how soon it is ready again after an orderly stop and after kill -9.</summary>
internal static class SeriesBenchmark
{
    public const string Usage = "series [--series N] [--steps N] [--batch N]";

    private const string Metric = "bench_value";

    public static async Task RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Usage);
        var (series, steps, batch) = (arguments.Number("--series", 1_000_000), arguments.Number("--steps", 6), arguments.Number("--batch", 10_000));
        await using var server = await StandaloneServer.StartAsync(
            new Dictionary<string, string> { ["Ingestion__MaxSeriesPerKey"] = (2 * series).ToString(), ["Ingestion__MaxSeries"] = (2 * series).ToString() }, cancellationToken);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        // Steps of 10 s that end now: the series are active.
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - (steps * 10_000L);
        var each = series / 4;
        var loads = Enumerable.Range(0, 4).Select(i => new SeriesLoad(i * each, each, start, 10_000, Metric)).ToArray();
        for (var step = 0; step < steps; step++)
        {
            var clock = Stopwatch.StartNew();
            var senders = loads.Select(load => new Sender(invoker, server, new BoundedLoad(load, each), batch)).ToArray();
            await Sender.SendAllAsync(senders, TimeSpan.FromMinutes(30), cancellationToken);
            Console.WriteLine($"step {step + 1}: {senders.Sum(s => s.Samples):n0} samples in {clock.Elapsed.TotalSeconds:n1} s; memory {Memory(server)}");
            if (senders.FirstOrDefault(s => s.LastRefusal is not null) is { } refused) Console.WriteLine($"  {refused.Refused} requests refused, for example: {refused.LastRefusal}");
        }

        var results = new List<object>();
        foreach (var crash in new[] { false, true })
        {
            await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
            var memory = server.MemoryBytes();
            var ready = await server.RestartAsync(crash, cancellationToken);
            var clock = Stopwatch.StartNew();
            var counted = await CountAsync(invoker, server, start, steps, cancellationToken);
            Console.WriteLine($"{(crash ? "kill -9" : "SIGTERM")}: ready after {ready.TotalSeconds:n1} s, {counted:n0} samples of 1,000 series counted {clock.Elapsed.TotalSeconds:n1} s later; memory before {memory.Values.Sum() / 1e6:n0} MB, now {Memory(server)}");
            results.Add(new { Crash = crash, ReadySeconds = ready.TotalSeconds, Counted = counted, MemoryBefore = memory, MemoryAfter = server.MemoryBytes() });
        }

        await Artifacts.WriteAsync("series", new { At = TimeProvider.System.GetUtcNow(), Series = series, Results = results }, cancellationToken);
    }

    private static async Task<long> CountAsync(HttpMessageInvoker invoker, StandaloneServer server, long start, int steps, CancellationToken cancellationToken)
    {
        var question = new Question("some", QuestionKind.Count, Metric, "host~host-000.", start, start + (steps * 10_000L));
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Ask(question));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        using var answer = await invoker.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? (long)server.Read(question, body).Sum : throw new InvalidOperationException($"{(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
    }

    private static string Memory(StandaloneServer server) =>
        string.Join(", ", server.MemoryBytes().OrderBy(p => p.Key).Select(p => $"{p.Key} {p.Value / 1e6:n0} MB"));
}
