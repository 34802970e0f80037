namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>What is known of a component that calls in.</summary>
/// <param name="Last">When it last did, or when it became known.</param>
/// <param name="Deadline">After this time it has failed to; its grace is over then.</param>
public readonly record struct Heartbeat(DateTimeOffset Last, DateTimeOffset Deadline);
