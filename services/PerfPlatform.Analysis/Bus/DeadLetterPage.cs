using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>Messages that could not be handled, the oldest first.</summary>
/// <param name="Items">One page of them.</param>
/// <param name="NextCursor">Of the page after; null where there is none.</param>
/// <param name="Total">How many there are.</param>
/// <param name="LookedAt">How many of them were looked at: the oldest, up to 1,000. The others come into sight when these are sent again or discarded.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, string? NextCursor, long Total, int LookedAt);
