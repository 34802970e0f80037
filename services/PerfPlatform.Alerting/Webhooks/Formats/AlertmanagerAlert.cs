using System.Text.Json.Serialization;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>One alert of <see cref="AlertmanagerMessage"/>.</summary>
public sealed record AlertmanagerAlert
{
    public required string Status { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required DateTime StartsAt { get; init; }

    /// <summary>While it fires <c>0001-01-01T00:00:00Z</c>, as Alertmanager writes it.</summary>
    public required DateTime EndsAt { get; init; }

    [JsonPropertyName("generatorURL")]
    public required string GeneratorUrl { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Writes an alert as Alertmanager does.</summary>
    public static AlertmanagerAlert Of(Alert alert, Uri publicUrl)
    {
        var labels = alert.Labels.ToDictionary(l => l.Name, l => l.Value);
        labels["alertname"] = alert.Name;
        labels["severity"] = AlertNames.Of(alert.Severity);
        return new AlertmanagerAlert
        {
            Status = alert.State == AlertState.Resolved ? "resolved" : "firing",
            Labels = labels,
            Annotations = alert.Annotations,
            StartsAt = (alert.FiringSince ?? alert.PendingSince ?? default).UtcDateTime,
            EndsAt = (alert.ResolvedAt ?? default).UtcDateTime,
            GeneratorUrl = MessageLink.Of(alert, publicUrl),
            Fingerprint = alert.Fingerprint.ToString()[..16],
        };
    }
}
