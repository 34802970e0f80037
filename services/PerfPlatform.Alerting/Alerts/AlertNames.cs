namespace PerfPlatform.Alerting.Alerts;

/// <summary>States and severities as they are kept and shown.</summary>
public static class AlertNames
{
    /// <summary>The name of a state or severity.</summary>
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
