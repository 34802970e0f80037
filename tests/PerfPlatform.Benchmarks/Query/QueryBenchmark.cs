using System.Diagnostics;
using System.Net.Http.Headers;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Query;

/// <summary>The same questions to every server over HTTP, in turns; all hold the same samples.</summary>
internal static class QueryBenchmark
{
    public const string Usage = "query [--servers standalone,victoria-metrics,prometheus] [--times N] [--series N] [--seconds N]";

    private const string Day = "bench_day";
    private const string Wide = "bench_value";
    private const int DaySeries = 50;
    private const long DayMilliseconds = 86_400_000;

    public static async Task RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Usage);
        var names = arguments.Names("--servers", StandaloneServer.Title, VictoriaMetricsServer.Title, PrometheusServer.Title);
        var (times, series, seconds) = (arguments.Number("--times", 100), arguments.Number("--series", 10_000), arguments.Number("--seconds", 1000));
        var servers = new List<BenchServer>();
        try
        {
            foreach (var name in names) servers.Add(await BenchServer.StartAsync(name, cancellationToken, mergesAtOnce: true));
            // Whole minutes, so that steps lie on the samples the same way everywhere; the newest sample is now.
            var end = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000;
            foreach (var server in servers) await LoadAsync(server, series, seconds, end, cancellationToken);
            await Task.WhenAll(servers.Select(server => server.SettleAsync(cancellationToken)));
            var results = await AskAsync(servers, Questions(end, seconds, series), times, cancellationToken);
            Print(results, names, times);
            await Artifacts.WriteAsync("query", new { At = TimeProvider.System.GetUtcNow(), Times = times, Results = results }, cancellationToken);
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static Question[] Questions(long end, int seconds, int series)
    {
        var (day, wide) = (end - DayMilliseconds, end - (seconds * 1000L));
        return
        [
            new($"last value of {Math.Min(1000, series):n0} series", QuestionKind.Latest, Wide, "host~host-000.", wide, end),
            new("24 h raw of 1 series at 1 s", QuestionKind.Raw, Day, "series=7", day, end),
            new($"24 h at 1 min of {DaySeries} series", QuestionKind.Steps, Day, null, day, end, 60_000),
            new($"{seconds:n0} s of {series:n0} series to 1 line at 10 s", QuestionKind.Reduced, Wide, null, wide, end, 10_000),
        ];
    }

    private static async Task LoadAsync(BenchServer server, int series, int seconds, long end, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        // The day first: Prometheus takes nothing that is much older than its newest sample.
        await SendAsync(invoker, server, Day, DaySeries, 2, end - DayMilliseconds, DayMilliseconds / 1000, cancellationToken);
        await SendAsync(invoker, server, Wide, series, 4, end - (seconds * 1000L), seconds, cancellationToken);
    }

    private static async Task SendAsync(HttpMessageInvoker invoker, BenchServer server, string metric, int series, int connections, long start, long steps, CancellationToken cancellationToken)
    {
        var each = series / connections;
        var loads = Enumerable.Range(0, connections).Select(i => new BoundedLoad(new SeriesLoad(i * each, each, start, 1000, metric), each * steps)).ToArray();
        var senders = loads.Select(load => new Sender(invoker, server, load, 2_000)).ToArray();
        await Sender.SendAllAsync(senders, TimeSpan.FromMinutes(30), cancellationToken);
        var sent = senders.Sum(s => s.Samples);
        if (sent != each * steps * connections) throw new InvalidOperationException($"{server.Name} took {sent:n0} of {each * steps * connections:n0} samples: {senders.Select(s => s.LastRefusal).FirstOrDefault(r => r is not null)}");
        Console.WriteLine($"{server.Name}: {sent:n0} samples of {metric}");
    }

    private static async Task<List<QueryResult>> AskAsync(List<BenchServer> servers, Question[] questions, int times, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        var results = new List<QueryResult>();
        foreach (var question in questions)
        {
            var answers = servers.ToDictionary(s => s, _ => new List<double>());
            Points? first = null;
            // Some rounds before, which compile and fill caches.
            for (var i = -5; i < times; i++)
            {
                // Moved by a step each time: the same amount of work, and no answer that is kept from before.
                var moved = Math.Abs(i % 6) * Math.Max(question.Step, 1000);
                var asked = question.Kind == QuestionKind.Latest ? question : question with { From = question.From + moved };
                foreach (var server in servers)
                {
                    var (milliseconds, body) = await AskAsync(invoker, server, asked, cancellationToken);
                    if (i >= 0) answers[server].Add(milliseconds);
                    if (i != 0) continue;
                    var points = server.Read(asked, body);
                    first ??= points;
                    if (!Same(first.Value, points)) throw new InvalidOperationException($"'{question.Name}': {servers[0].Name} answers {first}, {server.Name} {points}.");
                }
            }

            foreach (var (server, list) in answers)
            {
                list.Sort();
                results.Add(new QueryResult(question.Name, server.Name, list[list.Count / 2], list[list.Count * 99 / 100]));
            }

            Console.WriteLine($"{question.Name}: {first!.Value.Count:n0} points, {string.Join(", ", results.Where(r => r.Question == question.Name).Select(r => $"{r.Server} {r.MsP50:n1} ms"))}");
        }

        return results;
    }

    private static async Task<(double Milliseconds, byte[] Body)> AskAsync(HttpMessageInvoker invoker, BenchServer server, Question question, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Ask(question));
        if (server.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var start = Stopwatch.GetTimestamp();
        using var answer = await invoker.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{server.Name}: {request.RequestUri}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        return (elapsed, body);
    }

    // Sums of floating point numbers differ in their last places with the order.
    private static bool Same(Points a, Points b) => a.Count == b.Count && Math.Abs(a.Sum - b.Sum) <= 1e-9 * Math.Abs(a.Sum);

    private static void Print(List<QueryResult> results, IReadOnlyList<string> names, int times)
    {
        Console.WriteLine($"\nquery: {times} times each, in turns; p50 / p99 in ms\n\n{"",-46}{string.Concat(names.Select(n => $"{n,22}"))}");
        foreach (var question in results.Select(r => r.Question).Distinct())
        {
            Console.WriteLine($"{question,-46}{string.Concat(names.Select(n => results.First(r => r.Question == question && r.Server == n)).Select(r => $"{$"{r.MsP50:n1} / {r.MsP99:n1}",22}"))}");
        }
    }
}
