using System.Collections.Concurrent;
using System.Net.Http.Json;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>Episodes above a threshold, a rule that sees each as an alert of its own, and a receiver that counts how often each is told.</summary>
internal sealed class ChaosAlerts : IAsyncDisposable
{
    /// <summary>The rule's name.</summary>
    public const string Rule = "Chaos";

    private const string Metric = "chaos.level";
    private static readonly TimeSpan High = TimeSpan.FromSeconds(6), Low = TimeSpan.FromSeconds(6);
    private readonly PatientSender _sender;
    private readonly WebhookReceiver _receiver;
    private readonly ConcurrentDictionary<string, List<string>> _told = new(); // the states of each episode's alerts as they were told first; bounded by the episodes
    private readonly ConcurrentQueue<string> _again = new(); // messages that told nothing new; bounded by the messages
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _counting;
    private Task _running = Task.CompletedTask;

    private ChaosAlerts(PatientSender sender, WebhookReceiver receiver)
    {
        (_sender, _receiver) = (sender, receiver);
        _counting = CountAsync(_end.Token);
    }

    public int Episodes { get; private set; }

    /// <summary>Episodes that were told firing, then resolved, and nothing else. A group's message names all that fires: who is named beside something new is not told again.</summary>
    public int ToldOnce => Enumerable.Range(0, Episodes).Count(IsToldOnce);

    /// <summary>What was told otherwise, and what was told again.</summary>
    public IEnumerable<string> Others => Enumerable.Range(0, Episodes).Where(e => !IsToldOnce(e)).Select(e => $"episode {e} was told {Told(e)}").Concat(_again);

    public static async Task<ChaosAlerts> StartAsync(HttpClient web, PatientSender sender)
    {
        var alerts = new ChaosAlerts(sender, await WebhookReceiver.StartAsync());
        await PostAsync(web, "/api/v1/webhooks", new { url = alerts._receiver.Address, secret = WebhookReceiver.Secret, groupWait = "0s", groupInterval = "1s", match = new[] { "alertname=" + Rule } });
        await PostAsync(web, "/api/v1/alerts/rules", new { name = Rule, metric = Metric, by = new[] { "episode" }, agg = "max", window = "2s", condition = ">", threshold = 10, severity = "critical", kind = "threshold" });
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
        await _end.CancelAsync();
        await _counting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _receiver.DisposeAsync();
        _end.Dispose();
        _stop.Dispose();
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
            await _sender.SendAsync(new[] { new { metric = Metric, labels = new { episode = $"{episode}" }, time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), value } });
            await Task.Delay(500, CancellationToken.None);
        }
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        var deliveries = new HashSet<string>(); // one that is sent again after a crash is one; bounded by the time
        var told = new HashSet<(string Alert, string State)>(); // bounded by the episodes
        await foreach (var (_, delivery, body) in _receiver.AllAsync(cancellationToken))
        {
            if (!deliveries.Add(delivery)) continue;
            var isNew = false;
            foreach (var alert in body.GetProperty("alerts").EnumerateArray())
            {
                var state = alert.GetProperty("state").GetString()!;
                if (!told.Add((alert.GetProperty("id").GetString()!, state))) continue;
                isNew = true;
                var states = _told.GetOrAdd(alert.GetProperty("labels").GetProperty("episode").GetString()!, _ => []);
                lock (states) states.Add(state);
            }

            if (!isNew) _again.Enqueue($"message {delivery} told nothing new: {body}");
        }
    }
}
