using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>What one request needs to read native histograms, used again for each of them.</summary>
internal sealed class HistogramWorkspace
{
    public WireHistogram Histogram { get; } = new();

    // Bounded by the histogram that is read and by what HistogramBounds remembers.
    public List<(double Bound, double Below)> Buckets { get; } = [];

    public KeyBuffer Key { get; } = new();
}
