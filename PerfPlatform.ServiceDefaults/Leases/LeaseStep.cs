namespace PerfPlatform.ServiceDefaults;

/// <summary>What a process has to do about a partition.</summary>
public enum LeaseStep
{
    /// <summary>Go on.</summary>
    Keep,

    /// <summary>Take the lease.</summary>
    Take,

    /// <summary>Finish and let another process have it: there is one with fewer.</summary>
    GiveBack,

    /// <summary>Leave it alone.</summary>
    Leave,
}
