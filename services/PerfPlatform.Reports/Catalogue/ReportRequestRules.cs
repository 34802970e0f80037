using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Rendering;

namespace PerfPlatform.Reports.Catalogue;

/// <summary>What a request for a report must keep to.</summary>
public sealed class ReportRequestRules(IEnumerable<IReportRenderer> renderers)
{
    private const int MostFilters = 50;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(400);
    private readonly ReportFormat[] _formats = [.. renderers.Select(r => r.Format).Order()];

    /// <summary>The period of a request.</summary>
    /// <exception cref="QueryException">It cannot be carried out; the message says what to change.</exception>
    public (DateTimeOffset From, DateTimeOffset To) Check(ReportRequest request, DateTimeOffset now)
    {
        if (request.Kind != ReportKind.Performance) throw new QueryException($"This version makes reports of the kind 'performance', not '{Name(request.Kind)}'.");
        if (!_formats.Contains(request.Format))
            throw new QueryException($"This version writes {string.Join(", ", _formats.Select(Name))}, not '{Name(request.Format)}': change 'format'.");
        if (request.Match.Count > MostFilters) throw new QueryException($"'match' has at most {MostFilters} filters.");
        foreach (var match in request.Match)
        {
            if (!LabelMatcher.TryParse(match, out _, out var error)) throw new QueryException(error);
        }

        var from = TimeText.Read("from", request.From, now);
        var to = TimeText.Read("to", request.To, now);
        if (to <= from) throw new QueryException("'to' must be after 'from'.");
        if (to - from > LongestPeriod) throw new QueryException($"The period is longer than {LongestPeriod.TotalDays:0} days: choose a later 'from'.");
        return (from, to);
    }

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
