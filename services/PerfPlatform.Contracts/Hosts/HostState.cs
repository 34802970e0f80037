using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>A host and how it does now.</summary>
/// <param name="Name">Its name: <c>host.name</c>, or what its collector calls it (<c>instance</c> of node_exporter, <c>host</c> of Telegraf).</param>
/// <param name="Collector">Who measures it.</param>
/// <param name="LastSeen">The time of its newest sample.</param>
/// <param name="SilentAfter">How long it may be without a sample before it counts as silent: 2.5 of its own usual intervals, 30 seconds at least.</param>
/// <param name="Silent">Whether it is.</param>
/// <param name="Readings">What is known now, by signal; what its collector does not send, or has not sent for minutes, is not there.</param>
public sealed record HostState(
    string Name,
    string Collector,
    DateTimeOffset? LastSeen,
    [property: JsonConverter(typeof(DurationJsonConverter))] TimeSpan SilentAfter,
    bool Silent,
    IReadOnlyDictionary<HostSignal, double> Readings);
