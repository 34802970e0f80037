using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Compaction;

namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>Asks the database what the store's tables take. Counting reads the headers of all rows, so it is for people, not for every second.</summary>
internal sealed class StorageReader(NpgsqlDataSource database, SeriesRegistry registry, Compactor compactor, IOptions<StoreOptions> options)
{
    // A chunk belongs to its hypertable's name; on plain PostgreSQL there are none and a table stands for itself.
    private const string TablesSql = """
        WITH RECURSIVE part AS (
            SELECT c.oid, c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'metrics' AND c.relkind IN ('r', 'p')
            UNION ALL
            SELECT i.inhrelid, p.name FROM pg_inherits i JOIN part p ON i.inhparent = p.oid)
        SELECT name, sum(pg_table_size(p.oid) - t.toast)::bigint, sum(pg_indexes_size(p.oid))::bigint, sum(t.toast)::bigint
        FROM part p JOIN pg_class c ON c.oid = p.oid
        CROSS JOIN LATERAL (SELECT CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE pg_total_relation_size(c.reltoastrelid) END AS toast) t
        GROUP BY name
        """;

    // The hours that the raw tier has whole are counted in both, so that one can be set against the other: $1 to $2.
    private const string RawSql = """
        SELECT count(*), min(start_time), coalesce(sum(count)::bigint, 0), coalesce(sum(count) FILTER (WHERE start_time >= $1 AND start_time < $2)::bigint, 0) FROM metrics.segment
        """;

    private const string MinuteSql = """
        SELECT count(series_id), min(start_time), count(series_id) FILTER (WHERE start_time >= o.hour), min(start_time) FILTER (WHERE start_time >= o.hour), max(start_time) + interval '1 hour'
        FROM (SELECT coalesce(date_trunc('hour', min(start_time), 'UTC'), 'infinity') AS hour FROM metrics.segment) o LEFT JOIN metrics.rollup_1m ON true
        """;

    // The third byte of a row says how many slots it tells.
    private const string HourSql = "SELECT count(*), min(start_time), coalesce(sum(get_byte(data, 2)), 0)::bigint FROM metrics.rollup_1h";

    /// <summary>What is there now.</summary>
    public async Task<StorageUsage> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var tables = await TablesAsync(connection, cancellationToken);
        var minute = await RowAsync(connection, MinuteSql, [], cancellationToken);
        var hour = await RowAsync(connection, HourSql, [], cancellationToken);
        var raw = await RowAsync(connection, RawSql, [Time(minute[3]), Time(minute[4])], cancellationToken);
        var samplesAnHour = (long)minute[2]! == 0 ? 0 : (double)(long)raw[3]! / (long)minute[2]!;
        TierUsage[] tiers =
        [
            Tier("raw", raw, (long)raw[2]!, options.Value.RawRetention),
            Tier("1m", minute, (long)minute[0]! * samplesAnHour, options.Value.MinuteRetention),
            Tier("1h", hour, (long)hour[2]! * samplesAnHour, options.Value.HourRetention),
        ];
        return new StorageUsage(
            tables.Sum(t => t.TotalBytes), tables, tiers[0].Rows, (long)raw[2]!, tiers[0].BytesPerSample, registry.Count, new CompactionUsage(compactor.HoursBehind, compactor.Trouble),
            options.Value.RawRetention.TotalSeconds, tiers[0].Oldest, tiers);

        TierUsage Tier(string name, object?[] row, double samples, TimeSpan retention)
        {
            var bytes = tables.Where(t => t.Tier == name).Sum(t => t.TotalBytes);
            return new TierUsage(name, bytes, (long)row[0]!, samples == 0 ? null : bytes / samples, retention.TotalSeconds, row[1] is DateTime oldest ? new DateTimeOffset(oldest) : null);
        }
    }

    private async Task<object?[]> RowAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = await reader.IsDBNullAsync(i, cancellationToken) ? null : reader.GetValue(i);
        return row;
    }

    private static NpgsqlParameter Time(object? time) => new() { Value = time ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private async Task<List<TableUsage>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = new List<TableUsage>(); // bounded by the tables of the schema
        await using var command = Command(connection, TablesSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (name, table, index, toast) = (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            tables.Add(new TableUsage(name, Tier(name), table, index, toast, table + index + toast));
        }

        tables.Sort(static (x, y) => y.TotalBytes != x.TotalBytes ? y.TotalBytes.CompareTo(x.TotalBytes) : string.CompareOrdinal(x.Table, y.Table));
        return tables;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = (int)Math.Ceiling(options.Value.StatementTimeout.TotalSeconds) };

    private static string Tier(string table) => table switch
    {
        "segment" => "raw",
        "rollup_1m" => "1m",
        "rollup_1h" => "1h",
        "inbox" => "inbox",
        "series" or "registry" or "partition_lease" => "registry",
        _ => "results",
    };
}
