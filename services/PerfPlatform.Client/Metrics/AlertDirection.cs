namespace PerfPlatform.Client.Metrics;

/// <summary>On which side of its threshold a metric is a reason to alert.</summary>
public enum AlertDirection
{
    /// <summary>Values above the threshold, as of a queue that grows.</summary>
    Above,

    /// <summary>Values below the threshold, as of a throughput that falls.</summary>
    Below,
}
