namespace PerfPlatform.Reports.Jobs;

/// <summary>Whether the workers run; set once their storage is there.</summary>
public sealed class JobServerState
{
    private volatile bool _isPrepared;
    private volatile bool _isRunning;

    /// <summary>Whether Hangfire's tables are there.</summary>
    public bool IsPrepared
    {
        get => _isPrepared;
        set => _isPrepared = value;
    }

    /// <summary>Whether they run.</summary>
    public bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }
}
