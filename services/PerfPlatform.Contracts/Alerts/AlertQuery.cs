using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Alerts;

/// <summary>Which alerts, and in which order.</summary>
public sealed record AlertQuery
{
    /// <summary>Only in these states; empty for all.</summary>
    public IReadOnlyList<AlertState> States { get; init; } = [];

    /// <summary>Only of these severities; empty for all.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>Filters over the alert's labels and <c>alertname</c>, <c>severity</c> and <c>ruleId</c>, as silences and webhooks have them; all must pass.</summary>
    public IReadOnlyList<LabelMatcher> Match { get; init; } = [];

    /// <summary>Only those that were not over before; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those that began before; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The order of the pages.</summary>
    public AlertOrder Order { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>From the page before; of the same order.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Which alerts come first.</summary>
public enum AlertOrder
{
    /// <summary>Those that began last.</summary>
    Newest,

    /// <summary>Firing before unknown before pending before resolved, in each the most severe first, of one severity the newest.</summary>
    Worst,
}
