using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.TestServers;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Samples sent by remote write while Standalone is killed and started again: what got a 2xx is there, once.</summary>
public sealed class AcknowledgedSamplesTests
{
    private const int Requests = 100;
    private const int Series = 200;
    private const int SamplesPerSeries = 10;
    private const int Samples = Requests * Series * SamplesPerSeries;
    private const long Step = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Whole seconds, some minutes ago: nothing is in the future and nothing is beyond what the store keeps.
    private readonly long _start = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 900) * 1000;
    private int _acknowledged;
    private int _failures;

    [Fact]
    public async Task RemoteWrite_KilledTwice_CountsExactlyWhatWasAcknowledged()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        var port = FreePorts.One();
        var product = StandaloneProcess.Start(folder.Path, port);
        try
        {
            await product.ReadyAsync();
            using var handler = new SocketsHttpHandler();
            using var client = new HttpClient(handler) { BaseAddress = product.Address, Timeout = TimeSpan.FromSeconds(30) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);
            using var end = new CancellationTokenSource(Patience);
            var next = -1;
            // Four senders, as Prometheus' shards.
            var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var request = Interlocked.Increment(ref next); request < Requests; request = Interlocked.Increment(ref next))
                    await SendAsync(client, request, end.Token);
            })).ToArray();

            foreach (var share in (double[])[0.3, 0.65])
            {
                await UntilAcknowledgedAsync((int)(Samples * share), senders, end.Token);
                product.Kill();
                await product.ExitAsync();
                var acknowledged = Volatile.Read(ref _acknowledged);
                await product.DisposeAsync();
                product = StandaloneProcess.Start(folder.Path, port);
                await product.ReadyAsync();
                Assert.InRange((await CountAsync(client)).Points, acknowledged, Samples);
            }

            await Task.WhenAll(senders);
            var (points, distinct, wrong) = await CountAsync(client);

            Assert.Equal(Samples, _acknowledged);
            Assert.Equal(Samples, points);
            Assert.Equal(Samples, distinct);
            Assert.Equal(0, wrong);
            Assert.True(_failures > 0, "No request met the kill: the test has shown nothing.");
        }
        finally
        {
            await product.DisposeAsync();
        }
    }

    // The sender's rule: again until there is a 2xx.
    private async Task SendAsync(HttpClient client, int request, CancellationToken cancellationToken)
    {
        var message = RemoteWriteRequest.Encode(Enumerable.Range(0, Series).Select(series =>
            ("durable.value", $"host-{series}", Enumerable.Range(request * SamplesPerSeries, SamplesPerSeries).Select(i => (_start + (i * Step), Value(series, i))))));
        while (true)
        {
            try
            {
                using var content = RemoteWriteRequest.Content(message);
                using var answer = await client.PostAsync(new Uri("api/v1/write", UriKind.Relative), content, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    Interlocked.Add(ref _acknowledged, Series * SamplesPerSeries);
                    return;
                }

                Assert.True((int)answer.StatusCode is 429 or >= 500, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }
            catch (HttpRequestException)
            {
                // Killed before or while it answered.
            }

            Interlocked.Increment(ref _failures);
            await Task.Delay(100, cancellationToken);
        }
    }

    private async Task UntilAcknowledgedAsync(int samples, Task[] senders, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _acknowledged) < samples)
        {
            Assert.DoesNotContain(senders, sender => sender.IsFaulted);
            await Task.Delay(5, cancellationToken);
        }
    }

    private async Task<(int Points, int Distinct, int Wrong)> CountAsync(HttpClient client)
    {
        var to = _start + (Requests * SamplesPerSeries * Step);
        using var answer = await client.GetAsync(new Uri($"api/v1/query?metric=durable.value&from={_start}&to={to}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        var seen = new HashSet<(int, long)>();
        var (points, wrong) = (0, 0);
        foreach (var series in document.RootElement.GetProperty("series").EnumerateArray())
        {
            var number = int.Parse(series.GetProperty("labels").GetProperty("host").GetString()!["host-".Length..], System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (time, value) in series.GetProperty("times").EnumerateArray().Zip(series.GetProperty("values").EnumerateArray()))
            {
                points++;
                seen.Add((number, time.GetInt64()));
                if (value.GetDouble() != Value(number, (int)((time.GetInt64() - _start) / Step)))
                    wrong++;
            }
        }

        return (points, seen.Count, wrong);
    }

    private static double Value(int series, int index) => (series * 1_000_000.0) + index + 0.25;
}
