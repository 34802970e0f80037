using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>A host that the store knows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Collector">Who measures it; of several the first of <see cref="HostSignals.Marks"/>.</param>
/// <param name="Mark">The series by which it is known; of several the one with the newest sample.</param>
public sealed record KnownHost(string Name, HostCollector Collector, SeriesInfo Mark)
{
    /// <summary>When the newest sample of it came, by the samples' own time.</summary>
    public DateTimeOffset? LastSeen => Mark.LastSeen;
}
