using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>The oldest of the dead letters.</summary>
/// <param name="Letters">In the order of the queue.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record DeadLetterLook(IReadOnlyList<DeadLetter> Letters, long Total)
{
    public static DeadLetterLook Nothing { get; } = new([], 0);
}
