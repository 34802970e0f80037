using PerfPlatform.Analysis.Findings;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>Says what holds a host back.</summary>
public static class BottleneckSentence
{
    /// <summary>The resource's name, its device with it: <c>the disk sda</c>.</summary>
    public static string Name(ResourceReadings resource)
    {
        var kind = resource.Kind switch
        {
            ResourceKind.Cpu => "the processor",
            ResourceKind.Memory => "memory",
            ResourceKind.Disk => "the disk",
            ResourceKind.Filesystem => "the space of",
            _ => "the network interface",
        };
        return resource.Device is null ? kind : $"{kind} {resource.Device}";
    }

    /// <summary>For example "web-1 is held back by the processor: 97 % busy, 2.4 tasks a core want to run."</summary>
    public static string Of(string host, ResourceVerdict verdict) => $"{host} is held back by {Name(verdict.Readings)}: {Witnesses(verdict)}.";

    /// <summary>The signals that press, the strongest first.</summary>
    public static string Witnesses(ResourceVerdict verdict) => string.Join(", ", verdict.Readings.Signals
        .Select(s => (Reading: s, s.Mean))
        .Where(s => s.Reading.Signal.Pressure(s.Mean) > 0)
        .OrderByDescending(s => s.Reading.Signal.Pressure(s.Mean))
        .Select(s => string.Format(s.Reading.Signal.Phrase, Quantity.Of(s.Mean, s.Reading.Signal.Unit)))
        .DefaultIfEmpty("pressed most of the time"));
}
