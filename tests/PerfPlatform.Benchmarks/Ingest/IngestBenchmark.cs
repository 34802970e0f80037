using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Benchmarks.Servers;
using Snappier;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>Remote write as fast as the server takes it, from several connections; only what was answered with 2xx counts.</summary>
internal static class IngestBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static async Task RunAsync(IngestSettings settings, CancellationToken cancellationToken)
    {
        await using var server = settings.Url is null ? await StandaloneServer.StartAsync(cancellationToken) : null;
        var url = settings.Url ?? server!.Url;
        var pid = server?.Pid ?? settings.Pid;
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = settings.Connections };
        using var invoker = new HttpMessageInvoker(handler);
        var start = TimeProvider.System.GetUtcNow().AddHours(-6).ToUnixTimeMilliseconds();
        var each = settings.Series / settings.Connections;
        var senders = Enumerable.Range(0, settings.Connections)
            .Select(i => new Sender(invoker, new Uri(url, settings.Path), server?.Key ?? settings.Key, new SeriesLoad(i * each, each, start, step: 1000), settings.Batch))
            .ToArray();

        // Warm: the series are registered, the code is compiled.
        await SendAsync(senders, WarmUp, cancellationToken);
        var warm = senders.Sum(s => s.Samples);
        foreach (var sender in senders) sender.Reset();
        var before = ProcessTree.CpuSeconds(pid, server?.DataFolder);
        var clock = Stopwatch.StartNew();
        await SendAsync(senders, settings.Duration, cancellationToken);
        var elapsed = clock.Elapsed.TotalSeconds;
        var after = ProcessTree.CpuSeconds(pid, server?.DataFolder);

        var samples = senders.Sum(s => s.Samples);
        var perMillion = after.ToDictionary(p => p.Key, p => Math.Round((p.Value - before.GetValueOrDefault(p.Key)) / (samples / 1e6), 3));
        var acknowledged = warm + samples;
        var latencies = senders.SelectMany(s => s.Latencies).Order().ToArray();
        if (latencies.Length == 0) throw new InvalidOperationException($"no request was answered with 2xx; the last answer: {senders[0].LastFailure}");
        var result = new IngestResult
        {
            At = TimeProvider.System.GetUtcNow(),
            Server = settings.Url is null ? "Standalone" : url.ToString(),
            Series = each * settings.Connections,
            SamplesPerRequest = settings.Batch,
            Connections = settings.Connections,
            Seconds = Math.Round(elapsed, 2),
            Samples = samples,
            SamplesPerSecond = Math.Round(samples / elapsed),
            CpuSecondsPerMillion = pid == 0 ? null : Math.Round(perMillion.Values.Sum(), 3),
            CpuSecondsPerMillionByProgram = perMillion,
            Acknowledged = acknowledged,
            Stored = server is null ? null : await StoredAsync(invoker, server, cancellationToken),
            LatencyMsP50 = latencies[latencies.Length / 2],
            LatencyMsP99 = latencies[latencies.Length * 99 / 100],
            Refused = senders.Sum(s => s.Refused),
            LastRefusal = senders.Select(s => s.LastFailure).FirstOrDefault(f => f is not null),
        };
        Print(result);
        var file = Path.Combine(Artifacts.Folder(), "ingest.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Json), cancellationToken);
        Console.WriteLine($"written to {file}");
    }

    /// <summary>How many samples of the load a query finds.</summary>
    private static async Task<long> StoredAsync(HttpMessageInvoker invoker, StandaloneServer server, CancellationToken cancellationToken)
    {
        var stored = 0.0;
        foreach (var metric in SeriesLoad.Metrics)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, $"/api/v1/query?metric={metric}&from=now-7h&to=now%2B10m&step=1h&agg=count&by=&reduce=sum"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
            using var answer = await invoker.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"the stored samples cannot be counted: {(int)answer.StatusCode} {text}");
            using var json = JsonDocument.Parse(text);
            foreach (var series in json.RootElement.GetProperty("series").EnumerateArray())
            {
                stored += series.GetProperty("values").EnumerateArray().Sum(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : 0);
            }
        }

        return (long)stored;
    }

    private static Task SendAsync(Sender[] senders, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(senders.Select(sender => Task.Run(
            async () =>
            {
                while (clock.Elapsed < duration) await sender.SendAsync(cancellationToken);
            },
            cancellationToken)));
    }

    private static void Print(IngestResult result)
    {
        Console.WriteLine($"""

            ingest: remote write 1.0, {result.Series:n0} series, {result.SamplesPerRequest:n0} samples a request, {result.Connections} connections, {result.Seconds} s

              samples/s                {result.SamplesPerSecond,12:n0}
              CPU-s per million        {result.CpuSecondsPerMillion,12:n2}
            {string.Concat(result.CpuSecondsPerMillionByProgram.Select(p => $"    {p.Key,-22} {p.Value,12:n2}\n"))}  request p50 / p99, ms    {result.LatencyMsP50,12:n1} / {result.LatencyMsP99:n1}
              refused requests         {result.Refused,12:n0}
              acknowledged             {result.Acknowledged,12:n0}
              stored                   {result.Stored,12:n0}
            """);
        if (result.LastRefusal is not null) Console.WriteLine("  a refusal: " + result.LastRefusal);
    }

    private sealed class Sender(HttpMessageInvoker invoker, Uri address, string? key, SeriesLoad load, int batch)
    {
        private readonly byte[] _message = new byte[load.BufferSize(batch)];
        private readonly byte[] _packed = new byte[Snappy.GetMaxCompressedLength(load.BufferSize(batch))];

        public long Samples { get; private set; }

        public int Refused { get; private set; }

        public string? LastFailure { get; private set; }

        public List<double> Latencies { get; private set; } = [];

        public void Reset() => (Samples, Refused, LastFailure, Latencies) = (0, 0, null, []);

        public async Task SendAsync(CancellationToken cancellationToken)
        {
            var length = load.Write(batch, _message);
            var packed = Snappy.Compress(_message.AsSpan(0, length), _packed);
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(_packed, 0, packed) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
                request.Content.Headers.ContentEncoding.Add("snappy");
                request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
                if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                var start = Stopwatch.GetTimestamp();
                using var answer = await invoker.SendAsync(request, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    Samples += batch;
                    Latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    return;
                }

                Refused++;
                LastFailure = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
                // As a sender does: what may come again comes again, what may not is dropped.
                if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return;
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
