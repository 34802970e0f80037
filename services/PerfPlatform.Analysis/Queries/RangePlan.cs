using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>A question that has been checked, in milliseconds and with its defaults filled in.</summary>
internal sealed record RangePlan
{
    private static readonly TimeSpan[] NiceSteps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800 }.Select(s => TimeSpan.FromSeconds(s)),
    ];

    public required long From { get; init; }

    public required long To { get; init; }

    /// <summary>0 for raw points.</summary>
    public required long Step { get; init; }

    public required SeriesFunction? Function { get; init; }

    public required Aggregation? Aggregation { get; init; }

    public required IReadOnlyList<string>? By { get; init; }

    public required Reduction? Reduction { get; init; }

    /// <summary>From where samples are needed.</summary>
    public long ReadFrom => Function is null ? From : From - SampleChanges.LookBack;

    /// <summary>The start of the first bucket; it may lie before <see cref="From"/>.</summary>
    public long FirstBucket => Floor(From, Step);

    /// <summary>How many buckets touch the range.</summary>
    public long Buckets => Step == 0 ? 0 : ((Floor(To - 1, Step) - FirstBucket) / Step) + 1;

    /// <summary>Checks a question.</summary>
    /// <exception cref="QueryException">Something must be changed.</exception>
    public static RangePlan Of(RangeQuery query)
    {
        if (string.IsNullOrEmpty(query.Selector.Metric)) throw new QueryException("Name a metric: metric=system.cpu.utilization.");
        if (query.To <= query.From) throw new QueryException("'to' must be after 'from'.");
        var step = query.Step is { } wanted ? (long)wanted.TotalMilliseconds : 0;
        if (query.Step is not null && step < 1) throw new QueryException("'step' must be 1 ms at least.");
        var reduction = query.Reduction ?? (query.By is null ? null : IsPercentile(query.Aggregation) ? Contracts.Queries.Reduction.Max : Contracts.Queries.Reduction.Sum);
        if (step == 0 && reduction is not null) throw new QueryException("'by' and 'reduce' join the series step by step: add a step, for example step=10s.");
        if (step == 0 && query.Aggregation is not null) throw new QueryException("'agg' works within a step: add a step, for example step=10s, or leave 'agg' out for raw points.");
        return new RangePlan
        {
            From = query.From.ToUnixTimeMilliseconds(),
            To = query.To.ToUnixTimeMilliseconds(),
            Step = step,
            Function = query.Function,
            Aggregation = query.Aggregation,
            By = reduction is null ? null : query.By ?? [],
            Reduction = reduction,
        };
    }

    /// <summary>Whether an aggregation is a percentile.</summary>
    public static bool IsPercentile(Aggregation? aggregation) =>
        aggregation is Contracts.Queries.Aggregation.P50 or Contracts.Queries.Aggregation.P95 or Contracts.Queries.Aggregation.P99;

    /// <summary>Checks the size of the answer.</summary>
    /// <param name="lines">How many lines the answer has.</param>
    /// <exception cref="QueryException">It has too many points; the message names the step that fits.</exception>
    public void CheckSize(int lines)
    {
        if (Step == 0) return;
        if (Buckets > RangeQuery.MaxPointsPerSeries)
            throw new QueryException($"The answer would have {Buckets} points a series, more than {RangeQuery.MaxPointsPerSeries}. {Advice(lines)}");
        if (Buckets * lines > RangeQuery.MaxPoints)
            throw new QueryException($"The answer would have {Buckets * lines} points, more than {RangeQuery.MaxPoints}. {Advice(lines)}");
    }

    /// <summary>Checks how many series are selected.</summary>
    /// <exception cref="QueryException">There are too many.</exception>
    public static void CheckSeries(int series)
    {
        if (series > RangeQuery.MaxSeries)
            throw new QueryException($"The question selects {series} series, more than {RangeQuery.MaxSeries}. Add label filters, for example match=host.name~web-.*.");
    }

    /// <summary>Raw points turned out to be too many.</summary>
    public QueryException TooManyRaw(int lines) => new($"The answer would have more than {RangeQuery.MaxPoints} raw points. {Advice(lines)}");

    /// <summary>The greatest multiple of a step that is not after a time.</summary>
    public static long Floor(long time, long step)
    {
        var rest = time % step;
        return rest < 0 ? time - rest - step : time - rest;
    }

    private string Advice(int lines)
    {
        foreach (var nice in NiceSteps)
        {
            var buckets = (this with { Step = (long)nice.TotalMilliseconds }).Buckets;
            if (buckets <= RangeQuery.MaxPointsPerSeries && buckets * lines <= RangeQuery.MaxPoints) return $"Use step={DurationText.Format(nice)} or longer.";
        }

        return "Ask for fewer series or a shorter range.";
    }
}
