using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Carries out a range query on all cores: workers take neighbouring series in turn, read what the database has of them and evaluate it.
/// The first fault, and a client that goes away, stop all of them and their statements.
/// </summary>
internal sealed class RangeExecution(PartitionSet partitions, SegmentReader segments, MergePool merges, IOptions<StoreOptions> options, TimeProvider clock)
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

        // The head first, then what was written last, then the database: what moves in between is in both, never in neither.
        using var head = partitions.Snapshot(ids);
        var kept = (clock.GetUtcNow() - options.Value.RawRetention).ToUnixTimeMilliseconds();
        RecentView[] recent = [.. partitions.All.Select(p => p.Recent.View.From(kept))];
        var work = new RangeWork(plan, series, ids, size, head, recent, gathering);
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
        var (plan, series, ids, size, head, recent, gathering) = work;
        var merge = merges.Rent();
        try
        {
            var lookup = new RecentLookup(recent, plan);
            var evaluator = new RangeEvaluator(plan, times, gathering, merge);
            while (true)
            {
                var number = await gathering.TakeAsync(cancellationToken);
                var at = number * size;
                if (at >= series.Count) return;
                var end = Math.Min(series.Count, at + size);
                evaluator.Begin();
                if (lookup.DatabaseTo > plan.ReadFrom)
                {
                    await foreach (var stored in segments.ReadAsync(ids[at..end], plan.ReadFrom, lookup.DatabaseTo, cancellationToken))
                    {
                        while (series[at].Id != stored.SeriesId) Evaluate(series[at++], []);
                        Evaluate(series[at++], stored.Segments);
                    }
                }

                while (at < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Evaluate(series[at++], []);
                }

                gathering.Add(number, evaluator.End());
            }

            void Evaluate(SeriesEntry one, List<StoredSegment> stored)
            {
                var (found, from) = lookup.Read(one);
                evaluator.Add(one, stored, found, from, head[one.Id]);
            }
        }
        finally
        {
            merges.Return(merge);
        }
    }

    private sealed record RangeWork(RangePlan Plan, IReadOnlyList<SeriesEntry> Series, int[] Ids, int Size, HeadSnapshot Head, RecentView[] Recent, RangeGathering Gathering);
}
