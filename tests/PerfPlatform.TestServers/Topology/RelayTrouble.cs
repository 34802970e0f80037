namespace PerfPlatform.TestServers.Topology;

/// <summary>What is wrong with a network.</summary>
public enum RelayTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Connections are reset, and new ones as well.</summary>
    Cut,

    /// <summary>Nothing arrives, and nobody is told; what was on its way arrives when it is over.</summary>
    Stalled,

    /// <summary>100 ms each way, and 160 kB/s.</summary>
    Slow,
}
