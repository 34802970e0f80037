using System.ComponentModel;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Silences;

/// <summary>A silence as a person writes it (body of POST and PUT).</summary>
public sealed record SilenceDefinition
{
    [Description("Label filters, all of which must pass, for example host.name=web-1; alertname, severity and ruleId count as labels.")]
    public IReadOnlyList<string> Matchers { get; init; } = [];

    [Description("From when; absent: now.")]
    public DateTimeOffset? StartsAt { get; init; }

    [Description("Until when.")]
    public DateTimeOffset? EndsAt { get; init; }

    [Description("Absent: whoever asks.")]
    public string? CreatedBy { get; init; }

    [Description("Why; at most 2,000 characters.")]
    public string? Comment { get; init; }

    /// <summary>What is wrong, or null.</summary>
    public string? Check(DateTimeOffset now)
    {
        if (Matchers.Count is 0 or > 20) return "'matchers' needs 1 to 20 label filters, for example [\"host.name=web-1\"].";
        foreach (var text in Matchers)
        {
            if (!LabelMatcher.TryParse(text, out _, out var error)) return $"'matchers': {error}";
        }

        if (EndsAt is not { } end) return "'endsAt' is required: when the silence ends.";
        if (end <= now) return "'endsAt' must lie in the future.";
        if (end <= StartsAt) return "'endsAt' must be after 'startsAt'.";
        if (CreatedBy is { Length: > 200 }) return "'createdBy' is longer than 200 characters.";
        return Comment is { Length: > 2000 } ? "'comment' is longer than 2,000 characters." : null;
    }
}
