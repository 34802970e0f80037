using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Catalogue;

/// <summary>Rows of <c>alerting.alert</c> as the contract shows them.</summary>
public static class AlertReading
{
    /// <summary>The columns that <see cref="Read"/> needs, in its order.</summary>
    public const string Columns = "id, fingerprint, rule_id, name, state, severity, labels, annotations, value, threshold, chart, pending_since, firing_since, resolved_at, acknowledged_by, acknowledged_at, acknowledged_comment, began_at, (SELECT r.definition FROM alerting.rule r WHERE r.id = rule_id)";

    // Of the rule's fields only those are read that say what is measured.
    private static readonly JsonSerializerOptions Measured = new(PerfPlatformJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>How many columns these are.</summary>
    public const int Count = 19;

    /// <summary>The alert of the current row.</summary>
    public static Alert Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0).ToString("N"),
        Fingerprint = Fingerprint.Read(reader.GetFieldValue<byte[]>(1)),
        RuleId = reader.GetString(2),
        Name = reader.GetString(3),
        State = Enum.Parse<AlertState>(reader.GetString(4), ignoreCase: true),
        Severity = Enum.Parse<Severity>(reader.GetString(5), ignoreCase: true),
        Labels = JsonSerializer.Deserialize<LabelSet>(reader.GetString(6), PerfPlatformJson.Options)!,
        Annotations = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(7), PerfPlatformJson.Options)!,
        Value = reader.GetDouble(8),
        Threshold = reader.GetDouble(9),
        Measure = reader.IsDBNull(18) ? null : JsonSerializer.Deserialize<AlertMeasure>(reader.GetString(18), Measured),
        Links = new Dictionary<string, string> { ["chart"] = reader.GetString(10) },
        PendingSince = Time(reader, 11),
        FiringSince = Time(reader, 12),
        ResolvedAt = Time(reader, 13),
        Acknowledged = reader.IsDBNull(14) ? null : new Acknowledgement(reader.GetString(14), Time(reader, 15)!.Value, reader.IsDBNull(16) ? null : reader.GetString(16)),
    };

    /// <summary>Whether a row is not one of ours: one that cannot be read hides no other.</summary>
    public static bool IsUnreadable(Exception exception) => exception is JsonException or ArgumentException or FormatException or InvalidCastException;

    /// <summary>The alert of the current row; null when it is not one of ours.</summary>
    public static Alert? TryRead(NpgsqlDataReader reader)
    {
        try
        {
            return Read(reader);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    /// <summary>When the alert of the current row began.</summary>
    public static DateTimeOffset BeganAt(NpgsqlDataReader reader) => Time(reader, 17)!.Value;

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
