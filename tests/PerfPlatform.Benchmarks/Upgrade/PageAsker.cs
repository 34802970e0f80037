using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace PerfPlatform.Benchmarks.Upgrade;

/// <summary>Asks pages and questions at the front end all the time, and keeps what a person would call an error: anything but an answer, or "come again" with a time.</summary>
internal sealed class PageAsker : IDisposable
{
    private static readonly string[] Paths = ["/sign-in", "/api/v1/metrics", "/api/v1/latest?metric=chaos.load&limit=1", "/api/v1/alerts/rules", "/api/v1/reports", "/api/v1/health/summary"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(); // bounded by phases, paths and statuses
    private Task _asking = Task.CompletedTask;

    public PageAsker(Uri web, string key)
    {
        _client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = web, Timeout = TimeSpan.FromSeconds(35) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>What is being replaced.</summary>
    public string Phase { get; set; } = "";

    /// <summary>Whether the front end is of the new version. What an older one says while a service is away is its own: 502, before it knew better.</summary>
    public bool IsNew { get; set; }

    /// <summary>How often an older front end said 502.</summary>
    public int BadGateways { get; private set; }

    /// <summary>Answers with a page or data.</summary>
    public int Answered { get; private set; }

    /// <summary>503 with Retry-After, and connections that the front end itself did not take while it was replaced.</summary>
    public int Later { get; private set; }

    /// <summary>Errors, with what was replaced then, and how often.</summary>
    public IReadOnlyList<(string What, int Count)> Errors => [.. _errors.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, e.Value))];

    public void Begin() => _asking = Task.Run(() => AskAsync(_stop.Token));

    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _asking;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _client.Dispose();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            var path = Paths[i % Paths.Length];
            try
            {
                using var answer = await _client.GetAsync(path, CancellationToken.None);
                if (answer.IsSuccessStatusCode) Answered++;
                else if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null) Later++;
                else if (answer.StatusCode == HttpStatusCode.BadGateway && !IsNew) BadGateways++;
                else Keep($"{path.Split('?')[0]} {(int)answer.StatusCode}");
            }
            catch (HttpRequestException) when (Phase.EndsWith("Web", StringComparison.Ordinal))
            {
                Later++;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                Keep($"{path.Split('?')[0]} {e.Message}");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private void Keep(string what) => _errors.AddOrUpdate($"{Phase}: {what}", 1, (_, count) => count + 1);
}
