namespace PerfPlatform.ServiceDefaults;

/// <summary>A process that takes part in the work.</summary>
/// <param name="Owner">Its name, never used twice.</param>
/// <param name="Address">Where its peers reach it; empty until it listens.</param>
/// <param name="IsAlive">Whether it renews its membership and the session of its lock is there.</param>
public sealed record LeaseMember(string Owner, string Address, bool IsAlive);
