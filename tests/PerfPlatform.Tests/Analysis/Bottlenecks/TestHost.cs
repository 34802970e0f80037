using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Analysis.Bottlenecks;

/// <summary>A host whose signals hold steady values, by resource and aspect of the real catalogue of signals.</summary>
internal static class TestHost
{
    public const int Steps = 30;

    public static ResourceReadings Resource(ResourceKind kind, string? device, params (UseAspect Aspect, double Value)[] values) => new(
        kind, device, [.. values.Select(v => Signal(kind, v.Aspect, [.. Enumerable.Repeat(v.Value, Steps)]))]);

    public static SignalReadings Signal(ResourceKind kind, UseAspect aspect, double[] values) =>
        new(UseSignals.All.First(s => s.Resource == kind && s.Aspect == aspect), "a.metric", LabelSet.Of(("host.name", "web-1")), values);

    public static HostReadings Named(string name, params ResourceReadings[] resources) => new(name, resources);
}
