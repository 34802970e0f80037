namespace PerfPlatform.Contracts.Hosts;

/// <summary>The answer to a <see cref="HostQuestion"/>.</summary>
/// <param name="Start">The first step in Unix milliseconds.</param>
/// <param name="StepMs">The width of a step in milliseconds.</param>
/// <param name="Lines">A line each, by host and device; only such with a value.</param>
public sealed record HostLines(long Start, long StepMs, IReadOnlyList<HostLine> Lines)
{
    /// <summary>What keeps the answer from being whole (<see cref="Queries.RangeResult.Warnings"/>); null where it is.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The starts of the steps.</summary>
    public IEnumerable<long> Times => Lines.Count == 0 ? [] : Enumerable.Range(0, Lines[0].Values.Length).Select(i => Start + (i * StepMs));
}
