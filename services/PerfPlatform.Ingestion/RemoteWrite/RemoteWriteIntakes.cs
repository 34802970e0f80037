using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>The intake of both versions, over what they know in common of series.</summary>
internal sealed class RemoteWriteIntakes
{
    public RemoteWriteIntakes(SeriesCache cache)
    {
        var families = new MetricFamilies(cache);
        var created = new CreatedTimes();
        var labelled = new LabelledSeries(families);
        var histograms = new NativeHistograms(labelled, created);
        First = new RemoteWriteIntake(families, labelled, histograms);
        Second = new ReferringIntake(families, labelled, histograms, created);
    }

    /// <summary>Of 1.0.</summary>
    public RemoteWriteIntake First { get; }

    /// <summary>Of 2.0.</summary>
    public ReferringIntake Second { get; }
}
