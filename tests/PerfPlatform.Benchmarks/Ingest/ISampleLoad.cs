namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>Samples of one connection as bodies of remote write.</summary>
internal interface ISampleLoad
{
    /// <summary>How large a buffer for <see cref="Write"/> must be.</summary>
    int BufferSize(int samples);

    /// <summary>Writes a request of the next samples and says how long it is and how many samples it has; none is the end.</summary>
    (int Length, int Samples) Write(int samples, byte[] target);
}
