using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>Gives ids to series within the transaction that makes their first samples durable.</summary>
internal static class SeriesRegistrar
{
    private const int RowsAStatement = 5000;

    // A series that another writer registered meanwhile keeps its id; kind, unit and metadata may become clearer, never vaguer.
    private const string Sql = """
        INSERT INTO metrics.series AS s (fingerprint, metric, labels, unit, kind, metadata, first_seen, last_seen)
        SELECT f, m, l::jsonb, u, k, d::jsonb, now(), now() FROM unnest($1, $2, $3, $4, $5, $6) AS n (f, m, l, u, k, d)
        ON CONFLICT (fingerprint) DO UPDATE SET
            unit = CASE WHEN excluded.unit = '' THEN s.unit ELSE excluded.unit END,
            kind = CASE WHEN excluded.kind = 0 THEN s.kind ELSE excluded.kind END,
            metadata = CASE WHEN excluded.metadata = '{}' THEN s.metadata ELSE excluded.metadata END
        RETURNING id, fingerprint, unit, kind
        """;

    /// <summary>Registers or describes series, each once.</summary>
    public static async Task<List<SeriesEntry>> RegisterAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<Fingerprint, SeriesDescriptor> series, CancellationToken cancellationToken)
    {
        var entries = new List<SeriesEntry>(series.Count);

        // In one order everywhere, so that two writers never wait for each other's rows in a circle.
        foreach (var part in series.Values.OrderBy(s => s.Fingerprint).Chunk(RowsAStatement))
        {
            await using var command = new NpgsqlCommand(Sql, connection)
            {
                Parameters =
                {
                    new() { Value = Array.ConvertAll(part, s => s.Fingerprint.ToBytes()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                    new() { Value = Array.ConvertAll(part, s => s.Metric.Value), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = Array.ConvertAll(part, s => LabelJson.Write(s.Labels)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = Array.ConvertAll(part, s => s.Unit), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = Array.ConvertAll(part, s => (short)s.Kind), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
                    new() { Value = Array.ConvertAll(part, s => LabelJson.Write(s.Metadata)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var fingerprint = Fingerprint.Read(reader.GetFieldValue<byte[]>(1));
                var descriptor = series[fingerprint];
                entries.Add(new SeriesEntry(reader.GetInt32(0), fingerprint, descriptor.Metric.Value, descriptor.Labels, reader.GetString(2), (MetricKind)reader.GetInt16(3)));
            }
        }

        return entries;
    }
}
