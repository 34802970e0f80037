using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The address of an alert's chart as a message shows it.</summary>
public static class MessageLink
{
    /// <summary>Absolute; the installation's address where there is no chart.</summary>
    public static string Of(Alert alert, Uri publicUrl) => publicUrl.ToString().TrimEnd('/') + (alert.Links.GetValueOrDefault("chart") ?? "/");
}
