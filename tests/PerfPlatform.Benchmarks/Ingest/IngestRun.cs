using System.Diagnostics;
using System.Net.Http.Headers;
using PerfPlatform.Benchmarks.Query;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>One server under the load, once: as fast as it takes it, from several connections.</summary>
internal static class IngestRun
{
    private const long Hour = 3_600_000;
    private const int SamplesAheadPerSecond = 280; // of one series: no server here has taken more
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(20);

    public static async Task<IngestResult> RunAsync(BenchServer server, IngestSettings settings, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = settings.Connections };
        using var invoker = new HttpMessageInvoker(handler);
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - Past(settings);
        var each = settings.Series / settings.Connections;
        var senders = Enumerable.Range(0, settings.Connections).Select(i => new Sender(invoker, server, new SeriesLoad(i * each, each, start, step: 1000), settings.Batch)).ToArray();

        // Warm: the series are registered, the code is compiled.
        await Sender.SendAllAsync(senders, settings.WarmUp, cancellationToken);
        var warm = senders.Sum(s => s.Samples);
        foreach (var sender in senders) sender.Reset();
        var memory = new List<IReadOnlyDictionary<string, long>>();
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(server, memory, settings.Duration / 10, watched.Token);
        var before = server.CpuSeconds();
        var clock = Stopwatch.StartNew();
        await Sender.SendAllAsync(senders, settings.Duration, cancellationToken);
        var elapsed = clock.Elapsed.TotalSeconds;
        var after = server.CpuSeconds();
        await watched.CancelAsync();
        await watch;

        var samples = senders.Sum(s => s.Samples);
        var latencies = senders.SelectMany(s => s.Latencies).Order().ToArray();
        if (latencies.Length == 0) throw new InvalidOperationException($"{server.Name}: no request was answered with 2xx; the last answer: {senders[0].LastRefusal}");
        var perMillion = after.ToDictionary(p => p.Key, p => Math.Round((p.Value - before.GetValueOrDefault(p.Key)) / (samples / 1e6), 3));
        return new IngestResult
        {
            Server = server.Name,
            Seconds = Math.Round(elapsed, 2),
            Samples = samples,
            SamplesPerSecond = Math.Round(samples / elapsed),
            CpuSecondsPerMillion = Math.Round(perMillion.Values.Sum(), 3),
            CpuSecondsPerMillionByProgram = perMillion,
            Acknowledged = warm + samples,
            Stored = await StoredAsync(invoker, server, start, warm + samples, cancellationToken),
            LatencyMsP50 = latencies[latencies.Length / 2],
            LatencyMsP99 = latencies[latencies.Length * 99 / 100],
            MemoryBytes = memory,
            MemoryBytesByProgram = server.MemoryBytes(),
            Refused = senders.Sum(s => s.Refused),
            LastRefusal = senders.Select(s => s.LastRefusal).FirstOrDefault(f => f is not null),
        };
    }

    /// <summary>How long ago the load begins, in milliseconds: a second of it takes far less than a second to send, and nobody takes samples of the future. At most what is taken as late.</summary>
    private static long Past(IngestSettings settings) => Math.Clamp((long)((settings.WarmUp + settings.Duration).TotalSeconds * SamplesAheadPerSecond * 1000), 6 * Hour, 47 * Hour);

    /// <summary>How many samples a query finds once everything that was acknowledged had time to arrive: behind a broker some still wait in its queues when the load ends.</summary>
    internal static async Task<long> StoredAsync(HttpMessageInvoker invoker, BenchServer server, long start, long acknowledged, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var stored = await CountAsync(invoker, server, start, cancellationToken);
            if (stored >= acknowledged || clock.Elapsed > Arrival) return stored;
            await Task.Delay(500, cancellationToken);
        }
    }

    /// <summary>How many samples of the load a query finds now.</summary>
    private static async Task<long> CountAsync(HttpMessageInvoker invoker, BenchServer server, long start, CancellationToken cancellationToken)
    {
        var stored = 0.0;
        foreach (var metric in SeriesLoad.Metrics)
        {
            var question = new Question("stored", QuestionKind.Count, metric, null, start - Hour, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + Hour);
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Ask(question));
            if (server.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await invoker.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{server.Name}: the stored samples cannot be counted: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
            stored += server.Read(question, body).Sum;
        }

        return (long)stored;
    }

    private static async Task WatchAsync(BenchServer server, List<IReadOnlyDictionary<string, long>> memory, TimeSpan interval, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested) memory.Add(server.MemoryBytes());
        }
    }
}
