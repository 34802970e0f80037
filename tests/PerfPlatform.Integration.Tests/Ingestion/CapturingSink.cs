using System.Collections.Concurrent;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>Stands where the store stands, for tests of the endpoints alone: remembers what it was given, and fails or waits when told to.</summary>
internal sealed class CapturingSink : ISampleSink
{
    public ConcurrentQueue<SampleBatch> Batches { get; } = new();

    public TaskCompletionSource? Hold { get; set; }

    public Exception? Failure { get; set; }

    public int Partitions => 4;

    public IEnumerable<(string Metric, string Labels, long Time, double Value)> Samples() =>
        from batch in Batches
        from series in batch.Series.ToArray()
        from i in Enumerable.Range(series.Start, series.Count)
        orderby series.Descriptor!.Metric.Value, batch.Times[i]
        select (series.Descriptor!.Metric.Value, series.Descriptor.Labels.ToString(), batch.Times[i], batch.Values[i]);

    public async Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken)
    {
        if (Hold is { } hold) await hold.Task.WaitAsync(cancellationToken);
        if (Failure is { } failure) throw failure;
        foreach (var batch in batches) Batches.Enqueue(batch);
    }
}
