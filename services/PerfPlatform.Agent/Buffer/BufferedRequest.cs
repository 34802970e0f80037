namespace PerfPlatform.Agent.Buffer;

/// <summary>One tick's OTLP request and how many data points are in it.</summary>
internal readonly record struct BufferedRequest(ReadOnlyMemory<byte> Bytes, int Points);
