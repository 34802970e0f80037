using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Collection;

/// <summary>Reads one kind of thing of the machine. Called by one thread, once an interval.</summary>
internal interface ICollector
{
    /// <summary>For log lines.</summary>
    string Name { get; }

    /// <summary>Whether this machine offers what the collector reads; asked once, at the start.</summary>
    bool IsSupported { get; }

    /// <summary>Reads and writes whole metrics. What it wrote is taken back when it throws.</summary>
    void Collect(MetricWriter writer);
}
