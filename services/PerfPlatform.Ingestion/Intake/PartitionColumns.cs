// Hot file: every accepted sample is written here. The arrays go to the batch, which may outlive the request, so they are not pooled.
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>The columns of one partition's batch while a request is read.</summary>
internal sealed class PartitionColumns(int capacity)
{
    // All three bounded by IngestionOptions.MaxSamplesPerRequest: a series has at least one sample.
    private BatchSeries[] _series = GC.AllocateUninitializedArray<BatchSeries>(capacity);
    private long[] _times = GC.AllocateUninitializedArray<long>(capacity);
    private double[] _values = GC.AllocateUninitializedArray<double>(capacity);
    private int _seriesCount;
    private int _sampleCount;
    private CachedSeries? _last;

    /// <summary>Adds a sample of a series, which is asked for its descriptor only where its id is 0.</summary>
    public void Add(CachedSeries series, int id, long time, double value)
    {
        if (_sampleCount == _times.Length) GrowSamples();
        _times[_sampleCount] = time;
        _values[_sampleCount] = value;
        if (ReferenceEquals(series, _last))
        {
            ref var last = ref _series[_seriesCount - 1];
            last = last with { Count = last.Count + 1 };
        }
        else
        {
            if (_seriesCount == _series.Length) Array.Resize(ref _series, _series.Length * 2);
            _series[_seriesCount++] = new BatchSeries(id, id == 0 ? series.Descriptor : null, _sampleCount, 1);
            _last = series;
        }

        _sampleCount++;
    }

    /// <summary>The batch, which owns the columns from now on.</summary>
    public SampleBatch Build(Guid epoch, BatchStamp stamp, int partition) =>
        new(epoch, stamp, partition, _series, _seriesCount, _times, _values, _sampleCount);

    private void GrowSamples()
    {
        Array.Resize(ref _times, _times.Length * 2);
        Array.Resize(ref _values, _values.Length * 2);
    }
}
