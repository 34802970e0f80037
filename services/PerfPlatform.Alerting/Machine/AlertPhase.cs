namespace PerfPlatform.Alerting.Machine;

/// <summary>Where the machine of one alert stands.</summary>
public enum AlertPhase : byte
{
    /// <summary>The condition does not hold.</summary>
    Inactive,

    /// <summary>It holds, not yet for long enough.</summary>
    Pending,

    /// <summary>It fires.</summary>
    Firing,

    /// <summary>It fired when data ceased to come.</summary>
    Unknown,
}
