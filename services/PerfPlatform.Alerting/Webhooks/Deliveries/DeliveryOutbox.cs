using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Webhooks.Formats;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>The persistent outbox: messages stay until they are delivered or given up, whatever restarts meanwhile.</summary>
public sealed class DeliveryOutbox(NpgsqlDataSource database)
{
    // Of each subscription and rule only the oldest, so that "over" never overtakes "fires".
    private const string Heads = """
        SELECT DISTINCT ON (d.webhook_id, d.rule_id) d.id, d.webhook_id, d.rule_id, d.rule_name, d.event, d.body, d.created_at, d.expires_at, d.attempts, d.next_attempt_at
        FROM alerting.delivery d JOIN alerting.webhook w ON w.id = d.webhook_id AND w.enabled
        WHERE d.status = 'pending'
        ORDER BY d.webhook_id, d.rule_id, d.created_at, d.id
        """;

    /// <summary>Adds a message within a transaction.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, OutgoingMessage message, CancellationToken cancellationToken, string status = DeliveryStatus.Pending)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO alerting.delivery (id, webhook_id, rule_id, rule_name, event, body, status, attempts, created_at, next_attempt_at, expires_at)
            VALUES ($1, $2, $9, $3, $4, $5, $8, 0, $6, $6, $7)
            """,
            connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.Webhook });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Group.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Event });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Body });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = message.CreatedAt.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = message.ExpiresAt.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = status });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Group.RuleId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Adds a message that its writer sends once, itself: as failed until that succeeds.</summary>
    public async Task AddFinishedAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await AddAsync(connection, null, message, cancellationToken, DeliveryStatus.Failed);
    }

    /// <summary>The oldest message of each subscription and rule that is to be delivered, now or later.</summary>
    public async Task<IReadOnlyList<PendingDelivery>> HeadsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Heads);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var heads = new List<PendingDelivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var message = new OutgoingMessage(
                reader.GetGuid(0), reader.GetGuid(1), new AlertGroup(reader.GetString(2), reader.GetString(3)), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7));
            heads.Add(new PendingDelivery(message, reader.GetInt32(8), reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return heads;
    }

    /// <summary>Fails where another process leads.</summary>
    public async Task CheckAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await term.CheckAsync(connection, null, cancellationToken);
    }

    /// <summary>Writes an attempt into the log, and where the delivery stands after it.</summary>
    public async Task RecordAsync(Guid id, DeliveryAttempt attempt, string status, DateTimeOffset nextAttemptAt, LeaderTerm? term, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (term is not null) await term.CheckAsync(connection, transaction, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("UPDATE alerting.delivery SET status = $2, attempts = attempts + 1, next_attempt_at = $3, finished_at = CASE WHEN $2 = 'pending' THEN NULL ELSE $4 END WHERE id = $1")
                {
                    Parameters = { new NpgsqlParameter<Guid> { TypedValue = id }, new NpgsqlParameter<string> { TypedValue = status }, Time(nextAttemptAt), Time(attempt.At) },
                },
                // The webhook may have been removed meanwhile, its deliveries with it.
                new NpgsqlBatchCommand("INSERT INTO alerting.delivery_attempt (delivery_id, at, status_code, duration_ms, error, response) SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT FROM alerting.delivery WHERE id = $1)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid> { TypedValue = id },
                        Time(attempt.At),
                        new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)attempt.StatusCode ?? DBNull.Value },
                        new NpgsqlParameter<double> { TypedValue = attempt.DurationMs },
                        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)attempt.Error ?? DBNull.Value },
                        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)attempt.Response ?? DBNull.Value },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Puts a message that is done back to be sent, as new; false when there is none or it is still to be sent.</summary>
    public async Task<bool> AddAgainAsync(Guid webhook, Guid id, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "UPDATE alerting.delivery SET status = 'pending', attempts = 0, next_attempt_at = $3, expires_at = $4, finished_at = NULL WHERE id = $1 AND webhook_id = $2 AND status <> 'pending'");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(Time(now));
        command.Parameters.Add(Time(expiresAt));
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Gives up what still waits for a subscription.</summary>
    public async Task GiveUpAsync(Guid webhook, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE alerting.delivery SET status = 'failed', finished_at = $2 WHERE webhook_id = $1 AND status = 'pending'");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(Time(now));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Time(DateTimeOffset time) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time.UtcDateTime };
}
