using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Compaction;

namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>Asks the database what the store's tables take. Counting reads the headers of all segments, so it is for people, not for every second.</summary>
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

    /// <summary>What is there now.</summary>
    public async Task<StorageUsage> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var tables = await TablesAsync(connection, cancellationToken);
        await using var command = Command(connection, "SELECT count(*), coalesce(sum(count)::bigint, 0), min(start_time) FROM metrics.segment");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (segments, samples) = (reader.GetInt64(0), reader.GetInt64(1));
        DateTimeOffset? oldest = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(2);
        var raw = tables.Where(t => t.Tier == "raw").Sum(t => t.TotalBytes);
        return new StorageUsage(
            tables.Sum(t => t.TotalBytes), tables, segments, samples, samples == 0 ? null : (double)raw / samples, registry.Count, new CompactionUsage(compactor.HoursBehind, compactor.Trouble),
            options.Value.RawRetention.TotalSeconds, oldest);
    }

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
        "inbox" => "inbox",
        "series" or "registry" or "partition_lease" => "registry",
        _ => "results",
    };
}
