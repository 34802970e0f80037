using Microsoft.Extensions.Time.Testing;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>The time, until it is held: then it stands still, as for a process that is stopped, and goes on from now when it is let go.</summary>
public sealed class HeldClock : TimeProvider, IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(System.GetUtcNow());
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private volatile bool _isHeld;

    public HeldClock() => _running = RunAsync();

    public void Hold() => _isHeld = true;

    public void LetGo() => _isHeld = false;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var passed = System.GetUtcNow() - _time.GetUtcNow();
            if (!_isHeld && passed > TimeSpan.Zero) _time.Advance(passed);
            await Task.Delay(20, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
