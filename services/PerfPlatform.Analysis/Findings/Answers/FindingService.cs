using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>Hands a question to the finder of its kind.</summary>
public sealed class FindingService : IFindings
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(400);
    private readonly Dictionary<FindingKind, IFinder> _finders; // one a kind

    /// <summary>Takes every finder there is.</summary>
    public FindingService(IEnumerable<IFinder> finders) => _finders = finders.ToDictionary(f => f.Kind);

    /// <summary>How far back a question of a kind looks by itself.</summary>
    public TimeSpan DefaultPeriod(FindingKind kind) => Finder(kind).DefaultPeriod;

    /// <inheritdoc />
    public Task<IReadOnlyList<Finding>> FindAsync(FindingKind kind, FindingRequest request, CancellationToken cancellationToken)
    {
        var finder = Finder(kind);
        if (request.To <= request.From) throw new QueryException("'to' must be after 'from'.");
        if (request.To - request.From > LongestPeriod) throw new QueryException($"The period is longer than {LongestPeriod.TotalDays:0} days: choose a later 'from'.");
        return finder.FindAsync(request, cancellationToken);
    }

    private IFinder Finder(FindingKind kind) => _finders.TryGetValue(kind, out var finder)
        ? finder
        : throw new QueryException($"This version does not compute findings of the kind '{kind.ToString().ToLowerInvariant()}'; it computes "
            + string.Join(", ", _finders.Keys.Order().Select(k => k.ToString().ToLowerInvariant())) + ".");
}
