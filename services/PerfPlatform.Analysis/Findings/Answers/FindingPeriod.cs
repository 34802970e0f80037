using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>Reads periods and limits as the API takes them.</summary>
public static class FindingPeriod
{
    /// <summary>From and to; each has a default.</summary>
    /// <exception cref="QueryException">One cannot be read, or they are the wrong way round.</exception>
    public static (DateTimeOffset From, DateTimeOffset To) Parse(string? from, string? to, TimeSpan length, DateTimeOffset now)
    {
        var end = to is null ? now : TimeText.Read("to", to, now);
        var start = from is null ? end - length : TimeText.Read("from", from, now);
        return start < end ? (start, end) : throw new QueryException("'to' must be after 'from'.");
    }

    /// <summary>1 to 1,000.</summary>
    /// <exception cref="QueryException">It is neither.</exception>
    public static int Limit(int limit) => limit is >= 1 and <= 1000 ? limit : throw new QueryException("'limit' is from 1 to 1000.");
}
