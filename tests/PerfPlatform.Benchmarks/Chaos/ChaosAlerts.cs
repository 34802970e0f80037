using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>Episodes above a threshold, a rule that sees each as an alert of its own, and a receiver that counts how often each is told.</summary>
internal sealed class ChaosAlerts : IAsyncDisposable
{
    private const string Metric = "chaos.level";
    private static readonly TimeSpan High = TimeSpan.FromSeconds(6), Low = TimeSpan.FromSeconds(6);
    private readonly HttpClient _intake;
    private readonly WebApplication _receiver;
    private readonly ConcurrentDictionary<string, List<string>> _told = new(); // the states of each episode as they were told, repetitions left out; bounded by the episodes
    private readonly ConcurrentDictionary<string, bool> _deliveries = new(); // bounded by the time
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private ChaosAlerts(HttpClient intake, WebApplication receiver) => (_intake, _receiver) = (intake, receiver);

    public int Episodes { get; private set; }

    /// <summary>Episodes that were told firing, then resolved, and nothing else. A group's message names all that fires: who is named again is not told again.</summary>
    public int ToldOnce => Enumerable.Range(0, Episodes).Count(IsToldOnce);

    /// <summary>What was told otherwise.</summary>
    public IEnumerable<string> Others => Enumerable.Range(0, Episodes).Where(e => !IsToldOnce(e)).Select(e => $"episode {e} was told {Told(e)}");

    public static async Task<ChaosAlerts> StartAsync(HttpClient web, HttpClient intake)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        var alerts = new ChaosAlerts(intake, receiver);
        receiver.MapPost("/hook", alerts.ReceiveAsync);
        await receiver.StartAsync();
        var address = receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook";
        await PostAsync(web, "/api/v1/webhooks", new { url = address, secret = "a secret of the receiver", groupWait = "0s", groupInterval = "1s", match = new[] { "alertname=Chaos" } });
        await PostAsync(web, "/api/v1/alerts/rules", new { name = "Chaos", metric = Metric, by = new[] { "episode" }, agg = "max", window = "2s", condition = ">", threshold = 10, severity = "critical", kind = "threshold" });
        return alerts;
    }

    public void Begin() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Returns when the episode that was begun is over.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _receiver.DisposeAsync();
    }

    private static async Task PostAsync(HttpClient web, string path, object body)
    {
        using var answer = await web.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    private bool IsToldOnce(int episode) => Told(episode) == "firing resolved";

    private string Told(int episode)
    {
        if (!_told.TryGetValue($"{episode}", out var states)) return "never";
        lock (states) return string.Join(' ', states);
    }

    // Each sample is sent until it is taken: the episode is as long as intake took samples.
    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var episode = Episodes++;
            await SendAsync(episode, 20, High);
            await SendAsync(episode, 1, Low);
        }
    }

    private async Task SendAsync(int episode, double value, TimeSpan time)
    {
        var until = TimeProvider.System.GetUtcNow() + time;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            var sample = new { metric = Metric, labels = new { episode = $"{episode}" }, time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), value };
            await SendUntilTakenAsync(new { samples = new[] { sample } });
            await Task.Delay(500, CancellationToken.None);
        }
    }

    private async Task SendUntilTakenAsync(object body)
    {
        while (true)
        {
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                using var answer = await _intake.PostAsJsonAsync("/api/v1/samples", body, limit.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Sent again below.
            }

            await Task.Delay(200, CancellationToken.None);
        }
    }

    // A message that is sent again after a crash has the number of the first: it is one.
    private async Task ReceiveAsync(HttpContext context)
    {
        var delivery = context.Request.Headers["X-PerfPlatform-Delivery"].ToString();
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        if (!_deliveries.TryAdd(delivery, true)) return;
        foreach (var alert in body.GetProperty("alerts").EnumerateArray())
        {
            var (episode, state) = (alert.GetProperty("labels").GetProperty("episode").GetString()!, alert.GetProperty("state").GetString()!);
            var states = _told.GetOrAdd(episode, _ => []);
            lock (states)
            {
                if (states.LastOrDefault() != state) states.Add(state);
            }
        }
    }
}
