namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>How long to wait before the next attempt: doubling from 1 s to 15 min, a random half of it taken away so that receivers are not hit in step.</summary>
public static class DeliveryBackoff
{
    private const double FirstSeconds = 1;
    private const double LongestSeconds = 900;

    /// <summary>The wait.</summary>
    /// <param name="attempts">How many attempts have failed, from 1.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan After(int attempts, double random)
    {
        var whole = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, Math.Min(attempts - 1, 30)));
        return TimeSpan.FromSeconds(whole * (0.5 + (random / 2)));
    }
}
