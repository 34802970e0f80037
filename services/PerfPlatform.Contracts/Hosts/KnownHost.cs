namespace PerfPlatform.Contracts.Hosts;

/// <summary>A host that the store knows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Collector">Who measures it; of several the first of <see cref="HostSignals.Marks"/>.</param>
/// <param name="LastSeen">When the newest sample of it came, by the samples' own time.</param>
public sealed record KnownHost(string Name, HostCollector Collector, DateTimeOffset? LastSeen);
