using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Collection;

/// <summary>Collects at an even interval, from <see cref="Start"/> to <see cref="StopAsync"/>, and hands each tick's samples on.</summary>
internal sealed class MetricsCollector(
    IReadOnlyList<ICollector> collectors, MetricWriter writer, ISampleOutlet outlet, AgentCounters counters, TimeSpan interval, TimeProvider clock) : IAsyncDisposable
{
    // Names of the collectors whose failure was told: one line for each, not one a second. Bounded by the number of collectors.
    private readonly HashSet<string> _failing = [];
    private TickStamps _stamps = new(interval);
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    public bool IsRunning => _stop is not null;

    /// <summary>Starts collection; the first tick is now.</summary>
    /// <exception cref="InvalidOperationException">It is running.</exception>
    public void Start()
    {
        if (_stop is not null)
            throw new InvalidOperationException("Collection is running already.");
        _stop = new CancellationTokenSource();
        _running = RunAsync(_stop.Token);
    }

    /// <summary>Stops collection; the tick under way is finished and handed on. Does nothing when it is not running.</summary>
    public async Task StopAsync()
    {
        if (_stop is not { } stop)
            return;
        await stop.CancelAsync();
        await _running;
        stop.Dispose();
        _stop = null;
    }

    /// <summary>Collects once.</summary>
    public void CollectOnce()
    {
        writer.Start(_stamps.Next(clock.GetUtcNow()));
        foreach (var collector in collectors)
        {
            var (mark, start) = (writer.Mark(), clock.GetTimestamp());
            try
            {
                collector.Collect(writer);
                if (_failing.Remove(collector.Name))
                    AgentLog.Information("collector '{Collector}' works again", collector.Name);
            }
            catch (Exception e)
            {
                // Whatever it met, the others go on.
                writer.Return(mark);
                counters.CollectorFailed();
                if (_failing.Add(collector.Name))
                    AgentLog.Warning("collector '{Collector}' failed: {Reason}", collector.Name, e.Message);
            }

            counters.Collected(collector.Name, clock.GetElapsedTime(start));
        }

        outlet.Add(writer.Finish(), writer.Points);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var collector in collectors.OfType<IDisposable>())
            collector.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var schedule = new TickSchedule(clock.GetTimestamp(), (long)(interval.TotalSeconds * clock.TimestampFrequency));
        while (!stop.IsCancellationRequested)
        {
            var wait = clock.GetElapsedTime(clock.GetTimestamp(), schedule.Due);
            if (wait > TimeSpan.Zero)
            {
                // Timers may fire up to a millisecond early, which would be a tick of its own: round up.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            // The tick that is due is not skipped, those that have passed since are.
            counters.Skipped(schedule.Advance(clock.GetTimestamp()));
            CollectOnce();
        }
    }
}
