using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Reports.Content;

/// <summary>One component.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it does.</param>
/// <param name="Uptime24h">The part of the last 24 hours in which it worked; null when unknown.</param>
/// <param name="Uptime30d">The part of the last 30 days.</param>
/// <param name="RootCause">What explains it, or null.</param>
public sealed record ComponentLine(string Name, ComponentStatus Status, double? Uptime24h, double? Uptime30d, string? RootCause);
