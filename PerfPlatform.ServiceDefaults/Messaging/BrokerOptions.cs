namespace PerfPlatform.ServiceDefaults;

/// <summary>How a process speaks to the broker.</summary>
public sealed class BrokerOptions
{
    /// <summary>How often each side says that it lives; the other takes it for gone after two to three of them.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);
}
