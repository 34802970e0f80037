namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>How long to wait before the next attempt: doubling from 1 s to 15 min, a random half of it taken away so that receivers are not hit in step.</summary>
public static class DeliveryBackoff
{
    private const double FirstSeconds = 1;
    private const double LongestSeconds = 900;
    private static readonly TimeSpan s_longestAsked = TimeSpan.FromDays(1);

    /// <summary>The wait.</summary>
    /// <param name="attempts">How many attempts have failed, from 1.</param>
    /// <param name="random">0 to 1.</param>
    /// <param name="asked">What the receiver's Retry-After says, or null; heeded where it is longer, up to a day.</param>
    public static TimeSpan After(int attempts, double random, TimeSpan? asked = null)
    {
        var whole = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, Math.Min(attempts - 1, 30)));
        var wait = TimeSpan.FromSeconds(whole * (0.5 + (random / 2)));
        return asked > s_longestAsked ? s_longestAsked : asked > wait ? asked.Value : wait;
    }
}
