namespace PerfPlatform.Agent.Collection;

/// <summary>
/// Says when a costly reading is due: not more often than the least pause, and so seldom that it takes no more than one part in
/// <paramref name="costFactor"/> of the time, whatever the size of the machine.
/// </summary>
internal sealed class ScanBudget(TimeProvider clock, TimeSpan leastPause, int costFactor)
{
    // A tick that comes a little early is on time.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);
    private long _begun;
    // Zero until the first reading has told what it costs.
    private TimeSpan _pause;

    /// <summary>Whether to read now. When true, the time since the reading before it, zero for the first.</summary>
    public bool TryBegin(out TimeSpan elapsed)
    {
        var now = clock.GetTimestamp();
        elapsed = _begun == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_begun, now);
        if (_begun != 0 && elapsed < _pause - Slack)
            return false;
        _begun = now;
        return true;
    }

    /// <summary>The reading is done.</summary>
    public void End()
    {
        var fair = clock.GetElapsedTime(_begun) * costFactor;
        _pause = fair > leastPause ? fair : leastPause;
    }
}
