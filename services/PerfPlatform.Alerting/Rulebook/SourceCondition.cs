using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>The condition "a signal is above a share" over one source of the signal, as far as a rule can say it.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Match">Its filters.</param>
/// <param name="Fn">On both sides.</param>
/// <param name="Reduce">Across the series of a host (and device).</param>
/// <param name="DivideBy">The divisor's metric, or null.</param>
/// <param name="DivideMatch">Its filters.</param>
/// <param name="Full">The value that stands for all: 1, or 100 for per cent.</param>
/// <param name="IsRest">The value is what is left, so that little of it is bad.</param>
internal sealed record SourceCondition(
    string Metric, IReadOnlyList<string> Match, SeriesFunction? Fn, Reduction? Reduce, string? DivideBy, IReadOnlyList<string>? DivideMatch, double Full, bool IsRest)
{
    /// <summary>How a share is compared.</summary>
    public string Comparison => IsRest ? "<" : ">";

    /// <summary>How the value is written.</summary>
    public string Value => Full == 1 ? "{{value:percent}}" : "{{value:0.#}} %";

    /// <summary>The threshold for a share.</summary>
    public double Threshold(double share) => Math.Round(Full * (IsRest ? 1 - share : share), 9);

    /// <summary>The condition over a source, or null where a rule has no words for it.</summary>
    public static SourceCondition? Of(SignalSource source) => source switch
    {
        { Offset: 0, Plus: [{ Weight: > 0 } one], Per: [] } => Of(one, null, 1 / one.Weight, isRest: false),
        { Offset: 1, Plus: [{ Weight: < 0 } one], Per: [] } => Of(one, null, -1 / one.Weight, isRest: true),
        { Offset: 0, Plus: [{ Weight: 1 } part], Per: [{ Weight: 1 } whole] } when part.Function == whole.Function => Of(part, whole, 1, isRest: false),
        { Offset: 0, Plus: [var all, { Weight: -1 } rest], Per: [{ Weight: 1 } whole] } when all == whole && rest.Function == whole.Function => Of(rest, whole, 1, isRest: true),
        _ => null,
    };

    private static SourceCondition Of(SignalTerm term, SignalTerm? divisor, double full, bool isRest) => new(
        term.Metric, term.Match, term.Function, divisor is null ? term.Reduction : Reduction.Sum, divisor?.Metric, divisor?.Match, Math.Round(full, 9), isRest);
}
