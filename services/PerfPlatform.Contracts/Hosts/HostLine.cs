using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>A signal of one host (and device) over time.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Device">Which device, or null.</param>
/// <param name="Labels">What names host and device in the store.</param>
/// <param name="Source">Where the values come from.</param>
/// <param name="Values">One a step; NaN where there is none.</param>
public sealed record HostLine(string Host, string? Device, LabelSet Labels, SignalSource Source, double[] Values);
