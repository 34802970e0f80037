namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>A partition has another writer by now.</summary>
internal sealed class LeaseLostException() : Exception("The partition has another writer.");
