using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// What choosing the series of one question may take. Expressions run without backtracking, but a long one over long values still costs milliseconds a series, and there may be a million.
/// </summary>
public sealed class SelectionBudget(TimeProvider clock, CancellationToken cancellationToken)
{
    private const int SeriesALook = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly long _start = clock.GetTimestamp();
    private int _series;

    /// <summary>Called for each series that is looked at.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    /// <exception cref="QueryException">It takes too long.</exception>
    public void Spend()
    {
        if (++_series % SeriesALook != 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        if (clock.GetElapsedTime(_start) > Limit)
            throw new QueryException($"Choosing the series took longer than {Limit.TotalSeconds:0} s: write a simpler expression, or add a filter without one, for example match=host.name=web-1.");
    }
}
