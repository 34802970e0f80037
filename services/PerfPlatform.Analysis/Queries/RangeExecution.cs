using System.Runtime.ExceptionServices;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Carries out a range query on all cores: workers take neighbouring series in turn, read what the database has of them and evaluate it.
/// The first fault, and a client that goes away, stop all of them and their statements.
/// </summary>
internal sealed class RangeExecution(PartitionSet partitions, SegmentReader segments, MergePool merges)
{
    private const int MaxPart = 200; // series of one statement
    private static readonly int MaxWorkers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    public async Task<IReadOnlyList<RangeSeries>> RunAsync(RangePlan plan, string metric, IReadOnlyList<SeriesEntry> series, CancellationToken cancellationToken)
    {
        var size = Math.Clamp((series.Count + (MaxWorkers * 4) - 1) / (MaxWorkers * 4), 1, MaxPart);
        var workers = Math.Min(MaxWorkers, (series.Count + size - 1) / size);
        using var gathering = new RangeGathering(plan, series.Count, workers);
        if (series.Count == 0) return [];
        var times = new BucketTimes(plan);
        var ids = series.Select(s => s.Id).ToArray();

        // The head first, then the database: what is written in between is in both, never in neither.
        using var head = partitions.Snapshot(ids);
        var work = new RangeWork(plan, series, ids, size, head, gathering);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? fault = null;
        var running = Enumerable.Range(0, workers).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await WorkAsync(work, times, stop.Token);
                }
                catch (Exception e)
                {
                    // The others then only say that they were stopped.
                    Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(e), null);
                    await stop.CancelAsync();
                }
            },
            CancellationToken.None)).ToArray();
        await Task.WhenAll(running);
        fault?.Throw();
        return gathering.End(metric, times);
    }

    private async Task WorkAsync(RangeWork work, BucketTimes times, CancellationToken cancellationToken)
    {
        var (plan, series, ids, size, head, gathering) = work;
        var merge = merges.Rent();
        try
        {
            var evaluator = new RangeEvaluator(plan, times, gathering, merge);
            while (true)
            {
                var number = await gathering.TakeAsync(cancellationToken);
                var at = number * size;
                if (at >= series.Count) return;
                var end = Math.Min(series.Count, at + size);
                evaluator.Begin();
                await foreach (var stored in segments.ReadAsync(ids[at..end], plan.ReadFrom, plan.To, cancellationToken))
                {
                    for (; series[at].Id != stored.SeriesId; at++) evaluator.Add(series[at], [], head[series[at].Id]);
                    evaluator.Add(series[at], stored.Segments, head[series[at].Id]);
                    at++;
                }

                for (; at < end; at++) evaluator.Add(series[at], [], head[series[at].Id]);
                gathering.Add(number, evaluator.End());
            }
        }
        finally
        {
            merges.Return(merge);
        }
    }

    private sealed record RangeWork(RangePlan Plan, IReadOnlyList<SeriesEntry> Series, int[] Ids, int Size, HeadSnapshot Head, RangeGathering Gathering);
}
