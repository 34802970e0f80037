using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Carries out a range query on all cores: workers take neighbouring series in turn, read what the database has of them and evaluate it.
/// The first fault, and a client that goes away, stop all of them and their statements.
/// </summary>
internal sealed class RangeExecution(
    PartitionSet partitions, PeerQueries peers, SegmentReader segments, RollupReader rollups, RollupCoverage coverage, MergePool merges, IOptions<StoreOptions> options, TimeProvider clock)
{
    private const string Quantile = "quantile"; // the label of a summary's series
    private const int MaxPart = 200; // series of one statement
    private const int MaxPartWithRollups = 50; // their raw samples are kept while the sources are read
    private static readonly int MaxWorkers = Math.Clamp(Environment.ProcessorCount, 2, 8);

    public async Task<RangeLines> RunAsync(RangePlan plan, string metric, IReadOnlyList<SeriesEntry> series, CancellationToken cancellationToken)
    {
        RangePlan.CheckSeries(series.Count);

        // Without grouping the series are the lines: known before the range is walked through.
        plan.CheckSize(plan.Reduction is null ? series.Count : 1);
        var ids = series.Select(s => s.Id).ToArray();

        // The head first, then what was written last, then the database: what moves in between is in both, never in neither.
        // What others write is asked for between the two.
        var elsewhere = await peers.ElsewhereAsync(series, cancellationToken);
        using var head = partitions.Snapshot(ids);
        var missing = elsewhere.Count == 0 ? [] : await peers.AddAsync(head, PeerQueries.HeadPath, elsewhere, plan.ReadFrom, plan.To, cancellationToken);
        var now = clock.GetUtcNow();
        var rawFrom = (now - options.Value.RawRetention).ToUnixTimeMilliseconds();
        RecentView[] recent = [.. partitions.All.Select(p => p.Recent.View.From(rawFrom))];
        var headHours = new Lazy<HashSet<long>>(() => HeadHours.Of(head));
        var sources = SourceSelection.Of(plan, new SourceLimits(rawFrom, recent.Max(v => v.CompleteFrom), now.ToUnixTimeMilliseconds(), hour => coverage.IsFinal(hour) && !headHours.Value.Contains(hour)));

        var most = sources.HasRollups ? MaxPartWithRollups : MaxPart;
        var size = Math.Clamp((series.Count + (MaxWorkers * 4) - 1) / (MaxWorkers * 4), 1, most);
        var workers = Math.Min(MaxWorkers, (series.Count + size - 1) / size);
        using var gathering = new RangeGathering(plan, series.Count, Math.Max(1, workers));
        var times = new BucketTimes(plan);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = new RangeWork(plan, sources, series, ids, size, head, recent, gathering, times);
        await RunAllAsync(workers, () => WorkAsync(work, stop.Token), stop);
        var lines = gathering.End(metric, times, (sources.IsAveraged ? Note(plan, rawFrom) : null) ?? QuantilesNote(plan, series));
        return new RangeLines(lines, missing.Count == 0 ? null : [PeerQueries.Warning(missing)]);
    }

    private static async Task RunAllAsync(int workers, Func<Task> work, CancellationTokenSource stop)
    {
        ExceptionDispatchInfo? fault = null;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await work();
                }
                catch (Exception e)
                {
                    // The others then only say that they were stopped.
                    Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(e), null);
                    await stop.CancelAsync();
                }
            },
            CancellationToken.None)));
        fault?.Throw();
    }

    private async Task WorkAsync(RangeWork work, CancellationToken cancellationToken)
    {
        var merge = merges.Rent();
        try
        {
            var evaluator = new RangeEvaluator(work.Plan, work.Sources, work.Times, work.Gathering, merge);
            var lookup = new RecentLookup(work.Recent, work.Plan);
            while (true)
            {
                var number = await work.Gathering.TakeAsync(cancellationToken);
                var at = number * work.Size;
                if (at >= work.Series.Count) return;
                var end = Math.Min(work.Series.Count, at + work.Size);
                evaluator.Begin();
                if (work.Sources.HasRollups) await EvaluateWithRollupsAsync(work, evaluator, lookup, at, end, cancellationToken);
                else await EvaluateAsync(work, evaluator, lookup, at, end, cancellationToken);
                work.Gathering.Add(number, evaluator.End());
            }
        }
        finally
        {
            merges.Return(merge);
        }
    }

    private async Task EvaluateAsync(RangeWork work, RangeEvaluator evaluator, RecentLookup lookup, int at, int end, CancellationToken cancellationToken)
    {
        if (lookup.DatabaseTo > work.Plan.ReadFrom)
        {
            await foreach (var stored in segments.ReadAsync(work.Ids[at..end], work.Plan.ReadFrom, lookup.DatabaseTo, cancellationToken))
            {
                while (work.Ids[at] != stored.SeriesId) evaluator.Add(work.Series[at], work.Find(at++, lookup, []));
                evaluator.Add(work.Series[at], work.Find(at++, lookup, stored.Segments));
            }
        }

        while (at < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            evaluator.Add(work.Series[at], work.Find(at++, lookup, []));
        }
    }

    private async Task EvaluateWithRollupsAsync(RangeWork work, RangeEvaluator evaluator, RecentLookup lookup, int at, int end, CancellationToken cancellationToken)
    {
        var ids = work.Ids[at..end];
        var stored = new ChunkSegments();
        foreach (var section in work.Sources.Sections.Where(s => !s.IsRollup && s.From < lookup.DatabaseTo))
        {
            var from = work.Plan.Function is null ? section.From : section.From - SampleChanges.LookBack;
            await foreach (var one in segments.ReadAsync(ids, from, Math.Min(section.To, lookup.DatabaseTo), cancellationToken)) stored.Add(one);
        }

        var rolled = work.Sources.Sections.Where(s => s.IsRollup).ToList();
        var current = at;
        evaluator.Start(work.Series[at], work.Find(at, lookup, stored[work.Ids[at]]));
        await foreach (var row in rollups.ReadAsync(work.Sources.Tier, ids, rolled[0].From, rolled[^1].To, cancellationToken))
        {
            while (work.Ids[current] != row.SeriesId) Next();
            evaluator.Add(row);
        }

        while (current < end - 1) Next();
        evaluator.Finish();

        void Next()
        {
            evaluator.Finish();
            current++;
            evaluator.Start(work.Series[current], work.Find(current, lookup, stored[work.Ids[current]]));
        }
    }

    private static string? QuantilesNote(RangePlan plan, IReadOnlyList<SeriesEntry> series) =>
        plan.Reduction is Reduction.Sum or Reduction.Avg && !plan.By!.Contains(Quantile) && series.Any(s => s.Labels[Quantile] is not null)
            ? "Quantiles that senders computed are joined here: added or averaged they are no quantile of all. Name 'quantile' in 'by' to keep them apart."
            : null;

    private static string? Note(RangePlan plan, long rawFrom)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(rawFrom).UtcDateTime;
        return plan.Function switch
        {
            null => $"Before {time:yyyy-MM-ddTHH:mm:ssZ} raw samples are no longer kept: values there are averages, not percentiles.",
            SeriesFunction.Rate => $"Before {time:yyyy-MM-ddTHH:mm:ssZ} raw samples are no longer kept: rates there are the growth over the whole step.",
            _ => null,
        };
    }
}
