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

        var from = Time("from", request.From, now);
        var to = Time("to", request.To, now);
        if (to <= from) throw new QueryException("'to' must be after 'from'.");
        if (to - from > LongestPeriod) throw new QueryException($"The period is longer than {LongestPeriod.TotalDays:0} days: choose a later 'from'.");
        return (from, to);
    }

    private static DateTimeOffset Time(string name, string text, DateTimeOffset now) => TimeText.TryParse(text, now, out var time)
        ? time
        : throw new QueryException($"'{name}' cannot be read: write RFC 3339, Unix milliseconds, now, or for example now-24h.");

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
