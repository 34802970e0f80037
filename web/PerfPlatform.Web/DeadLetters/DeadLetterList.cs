using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.DeadLetters;

/// <summary>What the page shows of <c>GET /api/v1/dead-letters</c>.</summary>
/// <param name="Items">The oldest of them.</param>
/// <param name="NextCursor">Null where there are no more to show.</param>
/// <param name="Total">How many there are.</param>
/// <param name="LookedAt">How many of them the server looks at.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Items, string? NextCursor, long Total, int LookedAt);
