using PerfPlatform.Client.Metrics;

namespace PerfPlatform.Client.Rules;

/// <summary>
/// Publishes the thresholds of registered metrics in the background: when they are registered, when they change, and again with growing
/// pauses while the platform does not answer.
/// </summary>
internal sealed class RuleSynchronisation : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private readonly AlertRules _rules;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Lock _gate = new();
    // Metrics whose rule is not as it should be, and whether they changed since publishing began; bounded by the metrics registered.
    private readonly Dictionary<CustomPerformanceMetric, bool> _waiting = [];
    private readonly Task _running;

    public RuleSynchronisation(AlertRules rules, TimeProvider clock)
    {
        (_rules, _clock) = (rules, clock);
        _running = RunAsync();
    }

    /// <summary>Why the last attempt failed; null when it succeeded.</summary>
    public string? LastError { get; private set; }

    public void Add(CustomPerformanceMetric metric)
    {
        lock (_gate)
            _waiting[metric] = true;
        _changed.Release();
    }

    /// <summary>Publishes what waits, now.</summary>
    public async Task PublishAsync(CancellationToken stop)
    {
        // One at a time: two that look for the same rule at once would both make it.
        await _publishing.WaitAsync(stop);
        try
        {
            foreach (var metric in Waiting())
            {
                await _rules.PublishAsync(metric, stop);
                Done(metric);
            }
        }
        finally
        {
            _publishing.Release();
        }

        LastError = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _changed.Dispose();
        _publishing.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(_stop.Token);
                while (!await TryPublishAsync())
                {
                    await Task.Delay(pause, _clock, _stop.Token);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }

                pause = FirstPause;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task<bool> TryPublishAsync()
    {
        try
        {
            await PublishAsync(_stop.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException || e is OperationCanceledException && !_stop.IsCancellationRequested)
        {
            LastError = e.Message;
            return false;
        }
    }

    private CustomPerformanceMetric[] Waiting()
    {
        lock (_gate)
        {
            CustomPerformanceMetric[] waiting = [.. _waiting.Keys];
            foreach (var metric in waiting)
                _waiting[metric] = false;
            return waiting;
        }
    }

    private void Done(CustomPerformanceMetric metric)
    {
        lock (_gate)
        {
            // Changed again while it was published: it stays for the next round.
            if (!_waiting[metric])
                _waiting.Remove(metric);
        }
    }
}
