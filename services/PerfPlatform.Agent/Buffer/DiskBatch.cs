namespace PerfPlatform.Agent.Buffer;

/// <summary>Requests read from the disk buffer, and where in which file they end.</summary>
internal sealed record DiskBatch(IReadOnlyList<BufferedRequest> Requests, Segment? Segment, long End);
