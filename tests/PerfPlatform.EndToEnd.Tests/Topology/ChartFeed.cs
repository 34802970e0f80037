using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.EndToEnd.Tests.Topology;

/// <summary>
/// A host of its own that sends every second, as OTLP and straight to the intake, so that it goes on while the web front end is away: its CPU and memory,
/// a gauge below zero, a counter, a histogram and labels that nobody should send.
/// </summary>
internal sealed class ChartFeed : IAsyncDisposable
{
    /// <summary>Turns the text around it when it is let.</summary>
    public const string Turning = "abc\u202Edef";

    private readonly CancellationTokenSource _ending = new();
    private readonly HttpClient _client;
    private readonly Task _sending;
    private int _sent;
    private long _newest;

    public ChartFeed(DistributedApp app)
    {
#pragma warning disable RS0030 // A test's own client of a loopback address.
        _client = new HttpClient { BaseAddress = app.Addresses["ingestion"] };
#pragma warning restore RS0030
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", app.Key);
        _sending = SendAsync();
    }

    public string Host { get; } = "charts-" + Guid.NewGuid().ToString("N");

    public static string Long { get; } = new('x', 900);

    /// <summary>How many seconds were taken in.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>The time of the newest sample that was taken in, in milliseconds.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>Returns when so many seconds more were taken in.</summary>
    public Task MoreAsync(int seconds)
    {
        var enough = Sent + seconds;
        return Wait.ForAsync($"{seconds} s of samples more", () => Task.FromResult(Sent), sent => sent >= enough, TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sending;
        _client.Dispose();
        _ending.Dispose();
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 1; !_ending.IsCancellationRequested; second++)
        {
            try
            {
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                using var content = new StringContent(Body(second, now), Encoding.UTF8, "application/json");
                using var answer = await _client.PostAsync("/v1/metrics", content, _ending.Token);
                if (answer.IsSuccessStatusCode)
                {
                    Volatile.Write(ref _newest, now);
                    Interlocked.Increment(ref _sent);
                }

                await timer.WaitForNextTickAsync(_ending.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
            {
                // The next second comes.
            }
        }
    }

    private string Body(int second, long now)
    {
        var time = now.ToString(CultureInfo.InvariantCulture) + "000000";
        object Attribute(string name, string value) => new { key = name, value = new { stringValue = value } };
        object Gauge(string name, string unit, params (double Value, string Label)[] points) => new
        {
            name,
            unit,
            gauge = new { dataPoints = points.Select(p => new { timeUnixNano = time, asDouble = p.Value, attributes = p.Label.Length == 0 ? [] : new[] { Attribute("label", p.Label) } }) },
        };
        return JsonSerializer.Serialize(new
        {
            resourceMetrics = new[]
            {
                new
                {
                    resource = new { attributes = new[] { Attribute("host.name", Host) } },
                    scopeMetrics = new[]
                    {
                        new
                        {
                            metrics = new[]
                            {
                                Gauge("system.cpu.utilization", "1", (0.2 + (second % 10 * 0.01), "")),
                                Gauge("system.memory.utilization", "1", (0.5, "")),
                                Gauge("charts.below", "Cel", (-9.5, "")),
                                Gauge("charts.strange", "", (1, Long), (2, Turning)),
                                new
                                {
                                    name = "charts.requests",
                                    unit = "{request}",
                                    sum = new { aggregationTemporality = 2, isMonotonic = true, dataPoints = new[] { new { timeUnixNano = time, asInt = (second * 10).ToString(CultureInfo.InvariantCulture) } } },
                                },
                                (object)new
                                {
                                    name = "charts.duration",
                                    unit = "s",
                                    histogram = new
                                    {
                                        aggregationTemporality = 2,
                                        dataPoints = new[] { new { timeUnixNano = time, count = second.ToString(CultureInfo.InvariantCulture), sum = second * 0.2, bucketCounts = new[] { "0", second.ToString(CultureInfo.InvariantCulture), "0" }, explicitBounds = new[] { 0.1, 0.3 } } },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        });
    }
}
