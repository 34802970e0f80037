using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>The parameters of a question, as they come in the address.</summary>
public class FindingQuery
{
    /// <summary>Where the kind needs one.</summary>
    [FromQuery(Name = "metric"), Description("The metric; trends and forecasts need one")]
    public string? Metric { get; init; }

    /// <summary>All must pass.</summary>
    [FromQuery(Name = "match"), Description("Label filters, for example host.name~web-.*; repeat for AND")]
    public string[]? Match { get; init; }

    /// <summary>One host.</summary>
    [FromQuery(Name = "host"), Description("Only this host: its host.name, or what its collector calls it (instance of node_exporter, host of Telegraf)")]
    public string? Host { get; init; }

    /// <summary>The start.</summary>
    [FromQuery(Name = "from"), Description("The start of the period: RFC 3339, Unix milliseconds or now-1h")]
    public string? From { get; init; }

    /// <summary>The end.</summary>
    [FromQuery(Name = "to"), Description("Its end; default now")]
    public string? To { get; init; }

    /// <summary>How many.</summary>
    [FromQuery(Name = "limit"), Description("1 to 1,000; default 100")]
    public int? Limit { get; init; }

    /// <summary>The request of it.</summary>
    /// <exception cref="QueryException">A parameter cannot be read.</exception>
    public virtual FindingRequest ToRequest(TimeSpan period, DateTimeOffset now)
    {
        var (from, to) = FindingPeriod.Parse(From, To, period, now);
        return new FindingRequest { Metric = Metric, Match = [.. (Match ?? []).Select(Matcher)], Host = Host, From = from, To = to };
    }

    private static LabelMatcher Matcher(string text) => LabelMatcher.TryParse(text, out var matcher, out var error) ? matcher : throw new QueryException(error);
}
