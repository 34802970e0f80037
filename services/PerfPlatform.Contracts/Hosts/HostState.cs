namespace PerfPlatform.Contracts.Hosts;

/// <summary>A host and how it does now.</summary>
/// <param name="Name">Its name: <c>host.name</c>, or what its collector calls it (<c>instance</c> of node_exporter, <c>host</c> of Telegraf).</param>
/// <param name="Collector">Who measures it.</param>
/// <param name="LastSeen">The time of its newest sample.</param>
/// <param name="Readings">What is known now, by signal; what its collector does not send, or has not sent for minutes, is not there.</param>
public sealed record HostState(string Name, string Collector, DateTimeOffset? LastSeen, IReadOnlyDictionary<HostSignal, double> Readings);
