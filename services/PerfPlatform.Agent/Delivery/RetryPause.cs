namespace PerfPlatform.Agent.Delivery;

/// <summary>How long to wait after failures: doubling from half a second to ten seconds, with jitter so that many agents do not come back at the same moment.</summary>
internal sealed class RetryPause(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    // A server may ask for more patience than we would have, within reason.
    private static readonly TimeSpan MostAsked = TimeSpan.FromMinutes(5);
    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next(TimeSpan? asked)
    {
        var pause = First * Math.Pow(2, Math.Min(_failures++, 6));
        if (pause > Longest)
            pause = Longest;
        pause *= 0.5 + random.NextDouble() / 2;
        return asked is { } wanted && wanted > pause ? (wanted < MostAsked ? wanted : MostAsked) : pause;
    }
}
