namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The events of deliveries, as <c>X-PerfPlatform-Event</c> says them.</summary>
public static class MessageEvent
{
    /// <summary>Something fires.</summary>
    public const string Firing = "alert.firing";

    /// <summary>All of it is over.</summary>
    public const string Resolved = "alert.resolved";

    /// <summary>Somebody tries the subscription.</summary>
    public const string Test = "test";
}
