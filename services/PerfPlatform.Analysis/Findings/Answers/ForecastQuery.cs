using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>The parameters of a question about what comes next.</summary>
public sealed class ForecastQuery : FindingQuery
{
    /// <summary>How far.</summary>
    [FromQuery(Name = "horizon"), Description("How far to look ahead, 10m to 30d; default 24h, and never further than the history goes back")]
    public string? Horizon { get; init; }

    /// <inheritdoc />
    public override FindingRequest ToRequest(TimeSpan period, DateTimeOffset now)
    {
        var request = base.ToRequest(period, now);
        if (Horizon is null) return request;
        return DurationText.TryParse(Horizon, out var horizon) ? request with { Horizon = horizon } : throw new QueryException($"'horizon' is '{Horizon}', which is no duration: write for example 6h, 24h or 7d.");
    }
}
