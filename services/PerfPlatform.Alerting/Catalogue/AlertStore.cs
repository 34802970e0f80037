using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Catalogue;

/// <summary>Writes what the evaluator found, many changes in one transaction, and reads back what was not over.</summary>
public sealed partial class AlertStore(NpgsqlDataSource database, ILogger<AlertStore> logger)
{
    private const string Upsert = """
        INSERT INTO alerting.alert (id, fingerprint, rule_id, name, state, severity, labels, group_labels, annotations, value, threshold, chart,
                                    began_at, pending_since, firing_since, resolved_at, updated_at, seen)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, false)
        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, state = EXCLUDED.state, severity = EXCLUDED.severity, labels = EXCLUDED.labels,
            annotations = EXCLUDED.annotations, value = EXCLUDED.value, threshold = EXCLUDED.threshold, chart = EXCLUDED.chart,
            firing_since = EXCLUDED.firing_since, resolved_at = EXCLUDED.resolved_at, updated_at = EXCLUDED.updated_at
        WHERE alert.state <> 'resolved'
        """;

    private const string Position = """
        INSERT INTO alerting.evaluation_position (id, evaluated_to) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET evaluated_to = greatest(evaluation_position.evaluated_to, EXCLUDED.evaluated_to)
        """;

    /// <summary>Writes changes in their order, and up to where rules were evaluated; nothing where another process leads. Writing the same again changes nothing.</summary>
    public async Task WriteAsync(LeaderTerm term, IReadOnlyList<AlertChange> changes, DateTimeOffset evaluatedTo, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { term.Check() } };
        foreach (var change in changes) batch.BatchCommands.Add(change.Transition == AlertTransition.Dropped ? Delete(change.Alert) : Write(change));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Position) { Parameters = { Value(evaluatedTo) } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Up to where rules were evaluated, or null when they never were.</summary>
    public async Task<DateTimeOffset?> EvaluatedToAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT evaluated_to FROM alerting.evaluation_position WHERE id = 1");
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime time ? new DateTimeOffset(time, TimeSpan.Zero) : null;
    }

    /// <summary>The alerts that were not over. Bounded by the evaluator's groups.</summary>
    public async Task<IReadOnlyList<ActiveAlert>> ActiveAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {AlertReading.Columns}, group_labels FROM alerting.alert WHERE state <> 'resolved' ORDER BY began_at");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var active = new List<ActiveAlert>();
        while (await reader.ReadAsync(cancellationToken))
        {
            try
            {
                var alert = AlertReading.Read(reader);
                var group = JsonSerializer.Deserialize<LabelSet>(reader.GetString(AlertReading.Count), PerfPlatformJson.Options)!;
                active.Add(new ActiveAlert(alert, group, StatusOf(alert)));
            }
            catch (Exception e) when (AlertReading.IsUnreadable(e))
            {
                LogUnreadable(logger, reader.GetGuid(0), e.Message);
            }
        }

        return active;
    }

    /// <summary>Up to where groups were judged whose alerts are not over, or ended after a moment.</summary>
    public async Task<IReadOnlyList<JudgedGroup>> JudgedAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        // A row that is not ours holds up no other.
        await using var command = database.CreateCommand("""
            SELECT rule_id, fingerprint, max(updated_at) FROM alerting.alert
            WHERE (state <> 'resolved' OR resolved_at > $1) AND octet_length(fingerprint) = 16 AND isfinite(updated_at) GROUP BY rule_id, fingerprint
            """);
        command.Parameters.Add(Value(since));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var judged = new List<JudgedGroup>();
        while (await reader.ReadAsync(cancellationToken))
        {
            judged.Add(new JudgedGroup(reader.GetString(0), Fingerprint.Read(reader.GetFieldValue<byte[]>(1)), reader.GetFieldValue<DateTimeOffset>(2).ToUnixTimeMilliseconds()));
        }

        return judged;
    }

    private static AlertStatus StatusOf(Alert alert) => new()
    {
        Phase = alert.State switch
        {
            AlertState.Pending => AlertPhase.Pending,
            AlertState.Unknown => AlertPhase.Unknown,
            _ => AlertPhase.Firing,
        },
        PendingSince = alert.PendingSince?.ToUnixTimeMilliseconds() ?? 0,
        FiringSince = alert.FiringSince?.ToUnixTimeMilliseconds() ?? 0,
    };

    private static NpgsqlBatchCommand Delete(Alert alert) =>
        new("DELETE FROM alerting.alert WHERE id = $1") { Parameters = { new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(alert.Id) } } };

    private static NpgsqlBatchCommand Write(AlertChange change)
    {
        var alert = change.Alert;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(change.At);
        return new NpgsqlBatchCommand(Upsert)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(alert.Id) },
                new NpgsqlParameter<byte[]> { TypedValue = alert.Fingerprint.ToBytes() },
                Value(alert.RuleId),
                Value(alert.Name),
                Value(AlertNames.Of(alert.State)),
                Value(AlertNames.Of(alert.Severity)),
                Json(alert.Labels),
                Json(change.Group),
                Json(alert.Annotations),
                new NpgsqlParameter<double> { TypedValue = alert.Value },
                new NpgsqlParameter<double> { TypedValue = alert.Threshold },
                Value(alert.Links.GetValueOrDefault("chart") ?? ""),
                Value(alert.PendingSince ?? at),
                Value(alert.PendingSince),
                Value(alert.FiringSince),
                Value(alert.ResolvedAt),
                Value(at),
            },
        };
    }

    private static NpgsqlParameter<string> Value(string text) => new() { TypedValue = text };

    private static NpgsqlParameter Value(DateTimeOffset? time) =>
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time is { } known ? known.UtcDateTime : DBNull.Value };

    private static NpgsqlParameter Json<T>(T value) => new() { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = JsonSerializer.Serialize(value, PerfPlatformJson.Options) };

    [LoggerMessage(Level = LogLevel.Error, Message = "The alert {AlertId} in the database cannot be read and is left out: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Guid alertId, string reason);
}
