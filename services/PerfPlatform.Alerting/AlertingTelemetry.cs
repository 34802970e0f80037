using System.Diagnostics;

namespace PerfPlatform.Alerting;

/// <summary>The spans of Alerting.</summary>
internal static class AlertingTelemetry
{
    public static readonly ActivitySource Source = new(AlertingOptions.Meter);
}
