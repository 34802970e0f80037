using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Alerts;

/// <summary>One page of alerts, and how many there are on all pages.</summary>
/// <param name="Items">The alerts of this page.</param>
/// <param name="NextCursor">Given back as <c>cursor</c> it brings the next page; null on the last.</param>
/// <param name="Counts">Of all that were asked for, not only of this page.</param>
public sealed record AlertPage(IReadOnlyList<Alert> Items, string? NextCursor, AlertCounts Counts);

/// <summary>How many alerts of each severity.</summary>
/// <param name="Critical">Act now.</param>
/// <param name="Warning">Look at it soon.</param>
/// <param name="Info">Good to know.</param>
public sealed record AlertCounts(int Critical, int Warning, int Info)
{
    /// <summary>Of every severity.</summary>
    [JsonIgnore]
    public int Total => Critical + Warning + Info;

    /// <summary>The numbers of two sets of alerts together.</summary>
    public static AlertCounts operator +(AlertCounts a, AlertCounts b) => new(a.Critical + b.Critical, a.Warning + b.Warning, a.Info + b.Info);
}
