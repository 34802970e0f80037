using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>Nothing acknowledged is lost when a process is killed.</summary>
public sealed class CrashTests(DistributedApp app)
{
    private const int SeriesCount = 50;

    private long _acknowledged;

    [Fact]
    public async Task Analysis_KilledUnderLoad_LosesNothingAcknowledged()
    {
        await app.StartedAsync();
        var metric = "e2e.crash." + Guid.NewGuid().ToString("N");
        using var sending = new CancellationTokenSource();
        var start = DateTimeOffset.UnixEpoch.AddMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000 - 600_000);
        var senders = Enumerable.Range(0, 3).Select(s => SendAsync(metric, s, start, sending.Token)).ToList();

        for (var kill = 0; kill < 2; kill++)
        {
            await AcknowledgedAsync(rounds: 20);
            await app.Service("analysis").KillAsync();
            await AcknowledgedAsync(rounds: 20); // intake goes on: the broker holds what it acknowledges
            await app.Service("analysis").StartAsync();
            await app.HealthyAsync("analysis");
        }

        await AcknowledgedAsync(rounds: 20);
        await sending.CancelAsync();
        await Task.WhenAll(senders);
        var acknowledged = Interlocked.Read(ref _acknowledged);
        Assert.True(acknowledged > 1000, $"Only {acknowledged} samples were acknowledged: no load.");
        await Wait.ForAsync("every acknowledged sample counted once", () => CountAsync(metric, start), count => count == acknowledged, TimeSpan.FromSeconds(60), () => $"acknowledged: {acknowledged}\n{app.Logs()}");
    }

    // Distinct times for each sender and round, so that the count is exact; what got no 2xx is sent again until it gets one.
    private async Task SendAsync(string metric, int sender, DateTimeOffset start, CancellationToken cancellationToken)
    {
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            var time = start.AddMilliseconds((round * 3) + sender).ToUnixTimeMilliseconds();
            var samples = Enumerable.Range(0, SeriesCount).Select(n => new { metric, labels = new { n = n.ToString(CultureInfo.InvariantCulture) }, time, value = (double)round }).ToList();
            while (true)
            {
                try
                {
                    using var sent = await app.Client.PostAsJsonAsync("/api/v1/samples", new { samples }, CancellationToken.None);
                    if (sent.IsSuccessStatusCode) break;
                }
                catch (HttpRequestException)
                {
                    // Sent again below.
                }

                await Task.Delay(100, CancellationToken.None);
            }

            Interlocked.Add(ref _acknowledged, SeriesCount);
        }
    }

    // So many more.
    private Task AcknowledgedAsync(int rounds)
    {
        var enough = Interlocked.Read(ref _acknowledged) + (rounds * SeriesCount);
        return Wait.ForAsync($"{rounds} rounds acknowledged", () => Interlocked.Read(ref _acknowledged) >= enough, more: app.Logs);
    }

    private async Task<long> CountAsync(string metric, DateTimeOffset start)
    {
        var from = start.ToUnixTimeMilliseconds();
        var answer = await app.Client.GetFromJsonAsync<JsonElement>($"/api/v1/query?metric={metric}&from={from}&to={from + 3_600_000}&step=1h&agg=count&by=&reduce=sum");
        return answer.GetProperty("series").EnumerateArray()
            .SelectMany(s => s.GetProperty("values").EnumerateArray())
            .Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => (long)v.GetDouble());
    }
}
