namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>A load that ends after a number of samples.</summary>
internal sealed class BoundedLoad(SeriesLoad load, long total) : ISampleLoad
{
    private long _left = total;

    /// <inheritdoc />
    public int BufferSize(int samples) => load.BufferSize(samples);

    /// <inheritdoc />
    public (int Length, int Samples) Write(int samples, byte[] target)
    {
        var some = (int)Math.Min(samples, _left);
        _left -= some;
        return some == 0 ? (0, 0) : load.Write(some, target);
    }
}
