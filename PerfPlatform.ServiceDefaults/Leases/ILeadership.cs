namespace PerfPlatform.ServiceDefaults;

/// <summary>Which replica of a service does what must be done once: the one that has the first partition.</summary>
public interface ILeadership
{
    /// <summary>
    /// Whether it is this one. While nobody is known to lead (the database is away since the start) each believes to: what they do is the same, and done twice at worst.
    /// </summary>
    bool IsLeader { get; }

    /// <summary>Where the leader is reached, where it is another replica; empty where that is not known.</summary>
    string LeaderAddress { get; }
}
