using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Hosts;

/// <summary>A host, and when something last came from it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastSeen">The time of its newest sample.</param>
/// <param name="Collector">Who measures it.</param>
public sealed record HostEntry(string Name, DateTimeOffset? LastSeen, string Collector)
{
    /// <summary>What is known of it now.</summary>
    public IReadOnlyDictionary<HostSignal, double> Readings { get; init; } = new Dictionary<HostSignal, double>();

    /// <summary>Whether it has sent nothing for longer than it usually takes.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether our agent measures it, each second.</summary>
    public bool ByAgent => Collector == HostCollector.Agent.Name;

    /// <summary>The labels that name it in its alerts; the first that an alert has counts.</summary>
    public IReadOnlyList<string> Labels => HostCollector.All.FirstOrDefault(c => c.Name == Collector)?.HostLabels ?? HostCollector.Agent.HostLabels;
}
