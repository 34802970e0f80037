namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Where a delivery stands.</summary>
public static class DeliveryStatus
{
    /// <summary>It is tried again.</summary>
    public const string Pending = "pending";

    /// <summary>The receiver took it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It was given up.</summary>
    public const string Failed = "failed";
}
