using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Catalogue;

/// <summary>The real <see cref="IAlertCatalog"/>: alerts out of PostgreSQL, with the silences that hold now.</summary>
public sealed class AlertCatalog(NpgsqlDataSource database, SilenceStore silences, TimeProvider clock) : IAlertCatalog
{
    private const string Sql = $"""
        SELECT {AlertReading.Columns} FROM alerting.alert
        WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR resolved_at IS NULL OR resolved_at >= $2)
          AND ($3::timestamptz IS NULL OR began_at < $3) AND ($4::timestamptz IS NULL OR (began_at, id) < ($4, $5))
        ORDER BY began_at DESC, id DESC LIMIT $6
        """;

    /// <inheritdoc />
    public async Task<Page<Alert>> AlertsAsync(AlertState? state, DateTimeOffset? from, DateTimeOffset? to, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? default((DateTimeOffset At, Guid Id)?) : ReadCursor(cursor);
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = state is { } known ? AlertNames.Of(known) : DBNull.Value });
        command.Parameters.Add(Time(from));
        command.Parameters.Add(Time(to));
        command.Parameters.Add(Time(after?.At));
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = after is { } place ? place.Id : DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        var alerts = new List<Alert>();
        string? next = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            DateTimeOffset last = default;
            while (await reader.ReadAsync(cancellationToken))
            {
                if (alerts.Count == limit)
                {
                    next = WriteCursor(last, alerts[^1].Id);
                    break;
                }

                alerts.Add(AlertReading.Read(reader));
                last = AlertReading.BeganAt(reader);
            }
        }

        var quiet = await silences.ActiveAsync(clock.GetUtcNow(), cancellationToken);
        return new Page<Alert>(quiet.Count == 0 ? alerts : [.. alerts.Select(a => quiet.ApplyTo(a))], next);
    }

    /// <summary>One alert, or null.</summary>
    public async Task<Alert?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {AlertReading.Columns} FROM alerting.alert WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        Alert alert;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken)) return null;
            alert = AlertReading.Read(reader);
        }

        return (await silences.ActiveAsync(clock.GetUtcNow(), cancellationToken)).ApplyTo(alert);
    }

    /// <summary>Takes an alert on; null when there is none.</summary>
    public async Task<Alert?> AcknowledgeAsync(Guid id, string by, string? comment, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE alerting.alert SET acknowledged_by = $2, acknowledged_at = $3, acknowledged_comment = $4 WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = by });
        command.Parameters.Add(Time(clock.GetUtcNow()));
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)comment ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 0 ? null : await FindAsync(id, cancellationToken);
    }

    private static NpgsqlParameter Time(DateTimeOffset? time) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time is { } known ? known.UtcDateTime : DBNull.Value };

    private static string WriteCursor(DateTimeOffset at, string id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{at.UtcTicks.ToString(CultureInfo.InvariantCulture)}.{id}"));

    private static (DateTimeOffset At, Guid Id) ReadCursor(string cursor)
    {
        try
        {
            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
            return (new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.Parse(parts[1]));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException or ArgumentException)
        {
            throw new QueryException("'cursor' is not one that a page gave: leave it out to begin with the first page.", e);
        }
    }
}
