namespace PerfPlatform.Web.Hosts;

/// <summary>By what a list of hosts is ordered.</summary>
public enum HostColumn
{
    /// <summary>The host's name.</summary>
    Name,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>Memory in use.</summary>
    Memory,

    /// <summary>The fullest filesystem.</summary>
    Disk,

    /// <summary>Bytes received.</summary>
    Received,

    /// <summary>Bytes sent.</summary>
    Sent,

    /// <summary>The load average.</summary>
    Load,

    /// <summary>When it sent last.</summary>
    Seen,
}
