namespace PerfPlatform.ServiceDefaults;

/// <summary>How a process speaks to the broker.</summary>
public sealed class BrokerOptions
{
    /// <summary>
    /// The heartbeat of processes whose work another one takes over: one that stands still keeps its consumers, and what was handed to them, until the broker has missed
    /// two to three of them.
    /// </summary>
    public static readonly TimeSpan TakeOverHeartbeat = TimeSpan.FromSeconds(3);

    /// <summary>How often each side says that it lives; the other takes it for gone after two to three of them.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);
}
