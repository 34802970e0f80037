namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>What of a 2.0 request was taken in, as its answer has to say.</summary>
internal readonly record struct WrittenCounts(int Samples, int Histograms);
