using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Alerting.Catalogue;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>Reads what may have to be told; writes messages to the outbox together with the memory of them, so that neither is there without the other.</summary>
public sealed class NotificationStore(NpgsqlDataSource database)
{
    private const int MaxAlerts = 20_000;

    /// <summary>What every subscription was told, by subscription and rule.</summary>
    public async Task<Dictionary<(Guid Webhook, string Rule), GroupMemory>> MemoryAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT webhook_id, rule_id, told, waiting_since, sent_at FROM alerting.notification_group");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var memory = new Dictionary<(Guid, string), GroupMemory>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var told = JsonSerializer.Deserialize<HashSet<string>>(reader.GetString(2))!;
            memory[(reader.GetGuid(0), reader.GetString(1))] = new GroupMemory(told, Time(reader, 3), Time(reader, 4));
        }

        return memory;
    }

    /// <summary>The alerts that fire, those named, and those that nobody has looked at yet.</summary>
    /// <returns>The alerts, and the ids of those nobody has looked at.</returns>
    public async Task<(IReadOnlyList<Alert> Alerts, IReadOnlySet<string> Unseen)> AlertsAsync(IReadOnlyCollection<string> named, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"""
            SELECT {AlertReading.Columns}, seen FROM alerting.alert
            WHERE state IN ('firing', 'unknown') OR id = ANY($1) OR (NOT seen AND state <> 'pending') ORDER BY began_at, id LIMIT {MaxAlerts}
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. named.Select(Guid.Parse)] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var alerts = new List<Alert>();
        var unseen = new HashSet<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (AlertReading.TryRead(reader) is not { } alert) continue;
            alerts.Add(alert);
            if (!reader.GetBoolean(AlertReading.Count)) unseen.Add(alert.Id);
        }

        return (alerts, unseen);
    }

    /// <summary>Remembers that alerts were looked at.</summary>
    public async Task SeenAsync(LeaderTerm term, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(term.Check());
        batch.BatchCommands.Add(new("UPDATE alerting.alert SET seen = true WHERE id = ANY($1)") { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. ids.Select(Guid.Parse)] } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes a message, if there is one, and the memory of it; nothing where another process leads.</summary>
    public async Task WriteAsync(LeaderTerm term, Guid webhook, string rule, GroupMemory memory, OutgoingMessage? message, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await term.CheckAsync(connection, transaction, cancellationToken);
        if (message is not null) await DeliveryOutbox.AddAsync(connection, transaction, message, cancellationToken);
        await using var command = new NpgsqlCommand(memory is { Told.Count: 0, WaitingSince: null, SentAt: null }
            ? "DELETE FROM alerting.notification_group WHERE webhook_id = $1 AND rule_id = $2"
            : """
              INSERT INTO alerting.notification_group (webhook_id, rule_id, told, waiting_since, sent_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (webhook_id, rule_id) DO UPDATE SET told = EXCLUDED.told, waiting_since = EXCLUDED.waiting_since, sent_at = EXCLUDED.sent_at
              """, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rule });
        if (memory is not { Told.Count: 0, WaitingSince: null, SentAt: null })
        {
            command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = JsonSerializer.Serialize(memory.Told) });
            command.Parameters.Add(Time(memory.WaitingSince));
            command.Parameters.Add(Time(memory.SentAt));
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static NpgsqlParameter Time(DateTimeOffset? time) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time is { } known ? known.UtcDateTime : DBNull.Value };
}
