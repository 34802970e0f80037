namespace PerfPlatform.Alerting.Silences;

/// <summary>A silence: while it holds, alerts that all its matchers match tell nobody.</summary>
public sealed record Silence
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Label filters; <c>alertname</c>, <c>severity</c> and <c>ruleId</c> count as labels.</summary>
    public required IReadOnlyList<string> Matchers { get; init; }

    /// <summary>From when it holds.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>The user or key that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Comment { get; init; }
}
