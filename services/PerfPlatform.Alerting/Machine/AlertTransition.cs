namespace PerfPlatform.Alerting.Machine;

/// <summary>What a step of the machine did.</summary>
public enum AlertTransition : byte
{
    /// <summary>Nothing that anyone must know.</summary>
    None,

    /// <summary>The condition began to hold.</summary>
    Pending,

    /// <summary>The condition ceased to hold before it fired.</summary>
    Dropped,

    /// <summary>It began to fire.</summary>
    Fired,

    /// <summary>It is over.</summary>
    Resolved,

    /// <summary>It fires and no data comes any more.</summary>
    WentUnknown,

    /// <summary>Data is back and it still fires.</summary>
    CameBack,
}
