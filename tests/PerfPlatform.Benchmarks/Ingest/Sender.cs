using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using PerfPlatform.Benchmarks.Servers;
using Snappier;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>One connection that sends one request after the other; only what was answered with 2xx counts.</summary>
internal sealed class Sender(HttpMessageInvoker invoker, BenchServer server, ISampleLoad load, int batch)
{
    private readonly byte[] _message = new byte[load.BufferSize(batch)];
    private readonly byte[] _packed = new byte[Snappy.GetMaxCompressedLength(load.BufferSize(batch))];

    public long Samples { get; private set; }

    public int Refused { get; private set; }

    public string? LastRefusal { get; private set; }

    /// <summary>Milliseconds of each request that was answered with 2xx; about 200,000 in ten minutes.</summary>
    public List<double> Latencies { get; private set; } = [];

    public void Reset() => (Samples, Refused, LastRefusal, Latencies) = (0, 0, null, []);

    /// <summary>Sends the next request, again and again where the server asks for it; false when there is nothing left.</summary>
    public async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        var (length, samples) = load.Write(batch, _message);
        if (samples == 0) return false;
        var packed = Snappy.Compress(_message.AsSpan(0, length), _packed);
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.WriteAddress) { Content = new ByteArrayContent(_packed, 0, packed) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            request.Content.Headers.ContentEncoding.Add("snappy");
            request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            if (server.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            var start = Stopwatch.GetTimestamp();
            using var answer = await invoker.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                Samples += samples;
                Latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                return true;
            }

            Refused++;
            LastRefusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
            // As a sender does: what may come again comes again, what may not is dropped.
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return true;
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Several senders at once until a time is over or all are done.</summary>
    public static Task SendAllAsync(IEnumerable<Sender> senders, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(senders.Select(sender => Task.Run(
            async () =>
            {
                while (clock.Elapsed < duration && await sender.SendAsync(cancellationToken))
                {
                }
            },
            cancellationToken)));
    }
}
