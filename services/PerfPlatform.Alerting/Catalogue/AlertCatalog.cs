using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Alerting.Alerts;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Catalogue;

/// <summary>The real <see cref="IAlertCatalog"/>: alerts out of PostgreSQL, with the silences that hold now.</summary>
public sealed class AlertCatalog(NpgsqlDataSource database, SilenceStore silences, TimeProvider clock) : IAlertCatalog
{
    private const string Asked = """
        ($1::text[] IS NULL OR state = ANY($1)) AND ($2::text[] IS NULL OR severity = ANY($2))
          AND ($3::timestamptz IS NULL OR resolved_at IS NULL OR resolved_at >= $3) AND ($4::timestamptz IS NULL OR began_at < $4)
        """;

    // Where alerts stand in the order that begins with the worst: the state counts more than the severity.
    private const string Rank = """
        (CASE state WHEN 'firing' THEN 12 WHEN 'unknown' THEN 8 WHEN 'pending' THEN 4 ELSE 0 END
          + CASE severity WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END)
        """;

    private const string Newest = $"""
        SELECT {AlertReading.Columns}, 0 FROM alerting.alert
        WHERE {Asked} AND ($6::timestamptz IS NULL OR (0, began_at, id) < ($5, $6, $7))
        ORDER BY began_at DESC, id DESC LIMIT $8
        """;

    private const string Worst = $"""
        SELECT {AlertReading.Columns}, {Rank} FROM alerting.alert
        WHERE {Asked} AND ($6::timestamptz IS NULL OR ({Rank}, began_at, id) < ($5, $6, $7))
        ORDER BY {Rank} DESC, began_at DESC, id DESC LIMIT $8
        """;

    private const string Numbers = $"SELECT severity, count(*)::int FROM alerting.alert WHERE {Asked} GROUP BY severity";

    private const string Unfiltered = $"SELECT {AlertReading.Columns} FROM alerting.alert WHERE {Asked}";

    /// <inheritdoc />
    public async Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? default((int Rank, DateTimeOffset At, Guid Id)?) : ReadCursor(query.Cursor);
        await using var command = Command(query.Order == AlertOrder.Worst ? Worst : Newest, query);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = after?.Rank ?? 0 });
        command.Parameters.Add(Time(after?.At));
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = after is { } place ? place.Id : DBNull.Value });
        // Label filters are .NET's expressions: what they leave out is read here, so no bound before them.
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = query.Match.Count == 0 ? query.Limit + 1 : DBNull.Value });
        var alerts = new List<Alert>();
        string? next = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            (int, DateTimeOffset) last = default;
            while (await reader.ReadAsync(cancellationToken))
            {
                if (AlertReading.TryRead(reader) is not { } alert || !Passes(alert, query)) continue;
                if (alerts.Count == query.Limit)
                {
                    next = WriteCursor(last, alerts[^1].Id);
                    break;
                }

                alerts.Add(alert);
                last = (reader.GetInt32(AlertReading.Count), AlertReading.BeganAt(reader));
            }
        }

        var quiet = await silences.ActiveAsync(clock.GetUtcNow(), cancellationToken);
        return new AlertPage(quiet.Count == 0 ? alerts : [.. alerts.Select(a => quiet.ApplyTo(a))], next, await CountAsync(query, cancellationToken));
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

    private async Task<AlertCounts> CountAsync(AlertQuery query, CancellationToken cancellationToken)
    {
        var counts = new int[3]; // by severity
        await using var command = Command(query.Match.Count == 0 ? Numbers : Unfiltered, query);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (query.Match.Count == 0) counts[(int)Enum.Parse<Severity>(reader.GetString(0), ignoreCase: true)] = reader.GetInt32(1);
            else if (AlertReading.Read(reader) is var alert && Passes(alert, query)) counts[(int)alert.Severity]++;
        }

        return new AlertCounts(counts[(int)Severity.Critical], counts[(int)Severity.Warning], counts[(int)Severity.Info]);
    }

    private NpgsqlCommand Command(string sql, AlertQuery query)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(Names(query.States));
        command.Parameters.Add(Names(query.Severities));
        command.Parameters.Add(Time(query.From));
        command.Parameters.Add(Time(query.To));
        return command;
    }

    private static bool Passes(Alert alert, AlertQuery query)
    {
        if (query.Match.Count == 0) return true;
        var labels = MatchedLabels.Of(alert);
        return query.Match.All(m => m.Matches(labels));
    }

    private static NpgsqlParameter Names<T>(IReadOnlyList<T> values) where T : struct, Enum => new()
    {
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        Value = values.Count == 0 ? DBNull.Value : values.Select(AlertNames.Of).ToArray(),
    };

    private static NpgsqlParameter Time(DateTimeOffset? time) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time is { } known ? known.UtcDateTime : DBNull.Value };

    private static string WriteCursor((int Rank, DateTimeOffset At) last, string id) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{last.Rank}.{last.At.UtcTicks}.{id}")));

    private static (int Rank, DateTimeOffset At, Guid Id) ReadCursor(string cursor)
    {
        try
        {
            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
            return (int.Parse(parts[0], CultureInfo.InvariantCulture), new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.Parse(parts[2]));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException or ArgumentException)
        {
            throw new QueryException("'cursor' is not one that a page gave: leave it out to begin with the first page.", e);
        }
    }
}
