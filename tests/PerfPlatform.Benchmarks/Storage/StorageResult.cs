namespace PerfPlatform.Benchmarks.Storage;

/// <summary>What a load took on a server's disk.</summary>
internal sealed record StorageResult(string Load, string Server, long Samples, long Bytes);
