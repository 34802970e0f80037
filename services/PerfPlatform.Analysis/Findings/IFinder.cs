using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Findings;

/// <summary>Computes one kind of finding from the store.</summary>
public interface IFinder
{
    /// <summary>The kind.</summary>
    FindingKind Kind { get; }

    /// <summary>How far back a question without <c>from</c> looks.</summary>
    TimeSpan DefaultPeriod { get; }

    /// <summary>The findings, the most important first.</summary>
    Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken);
}
