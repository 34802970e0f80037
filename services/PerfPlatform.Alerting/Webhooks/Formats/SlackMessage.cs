using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The body of Slack's incoming webhook: a line, and an attachment for each of the first alerts.</summary>
/// <param name="Text">The line that shows in notifications.</param>
/// <param name="Attachments">At most 20.</param>
public sealed record SlackMessage(string Text, IReadOnlyList<SlackAttachment> Attachments)
{
    private const int MaxAttachments = 20;

    /// <summary>Writes alerts for Slack.</summary>
    public static SlackMessage Of(string rule, string name, IReadOnlyList<Alert> alerts, Uri publicUrl)
    {
        var firing = alerts.Count(a => a.State != AlertState.Resolved);
        var text = name == MessageEvent.Test ? "Test message from PerfPlatform"
            : firing > 0 ? $"[FIRING:{firing}] {Escape(rule)}"
            : $"[RESOLVED] {Escape(rule)}";
        return new SlackMessage(text, [.. alerts.Take(MaxAttachments).Select(a => Attachment(a, publicUrl))]);
    }

    private static SlackAttachment Attachment(Alert alert, Uri publicUrl)
    {
        var resolved = alert.State == AlertState.Resolved;
        var summary = alert.Annotations.GetValueOrDefault("summary") ?? $"{alert.Name}: {alert.Value}";
        var advice = alert.Annotations.GetValueOrDefault("recommendation");
        return new SlackAttachment
        {
            Color = resolved ? "good" : alert.Severity == Severity.Critical ? "danger" : alert.Severity == Severity.Warning ? "warning" : "#3b82f6",
            Title = (resolved ? "Resolved: " : "") + alert.Name,
            TitleLink = MessageLink.Of(alert, publicUrl),
            Text = Escape(summary) + (advice is null || resolved ? "" : "\n" + Escape(advice)),
            Footer = string.Join("  ", alert.Labels.Select(l => $"{l.Name}={l.Value}")),
            Ts = (alert.ResolvedAt ?? alert.FiringSince)?.ToUnixTimeSeconds(),
        };
    }

    // Slack's three control characters.
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
