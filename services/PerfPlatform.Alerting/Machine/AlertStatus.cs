namespace PerfPlatform.Alerting.Machine;

/// <summary>Everything that the machine remembers of one alert. Times are Unix milliseconds, 0 where there is none.</summary>
public struct AlertStatus
{
    /// <summary>Where it stands.</summary>
    public AlertPhase Phase { get; set; }

    /// <summary>Since when the condition holds; kept while it fires.</summary>
    public long PendingSince { get; set; }

    /// <summary>Since when it fires.</summary>
    public long FiringSince { get; set; }

    /// <summary>Since when the condition no longer holds while it fires, 0 while it does.</summary>
    public long ClearSince { get; set; }
}
