using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The address of an alert's chart as a message shows it.</summary>
public static class MessageLink
{
    /// <summary>Absolute where the installation says its address.</summary>
    public static string Of(Alert alert, Uri? publicUrl)
    {
        var path = alert.Links.GetValueOrDefault("chart") ?? "";
        return publicUrl is null || path.Length == 0 ? path : publicUrl.ToString().TrimEnd('/') + path;
    }
}
